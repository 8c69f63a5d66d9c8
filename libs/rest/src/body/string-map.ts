import type { Props } from '@millrace/connect-api';
import { registerDecorator } from 'class-validator';
import { NumberText, type JsonObject, type JsonValue } from './json-text.ts';

/** Numbers and booleans become text, as in the JVM's string maps; what cannot be text stays, for the check to find. */
export function textOf(value: JsonValue): JsonValue {
  if (value instanceof NumberText) {
    return value.text;
  }
  return typeof value === 'boolean' ? String(value) : value;
}

/** A JSON object whose values are coerced to text. */
export function stringMapOf(value: JsonValue): Props | JsonValue {
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, textOf(item)]))
    : value;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText)
  );
}

function keysThatAreNoText(value: unknown): readonly string[] {
  return isJsonObject(value)
    ? Object.entries(value).flatMap(([key, item]) => (item === null || typeof item === 'string' ? [] : [key]))
    : [];
}

/** Checks that a property is an object whose values are text or null. */
export function IsStringMap(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isStringMap',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) => isJsonObject(value) && keysThatAreNoText(value).length === 0,
        defaultMessage: (args) => {
          const keys = keysThatAreNoText(args?.value);
          return keys.length === 0
            ? `${String(property)} must be a JSON object`
            : `values must be text, numbers, true, false or null, but these are not: ${keys.join(', ')}`;
        },
      },
    });
  };
}
