import { parseJson, type ConnectValue } from '@millrace/connect-api';
import { MalformedBodyError } from '../errors/rest-error.ts';

/** A number of a JSON text as it was written there: `1`, `1.0` and `1e0` are three. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a JSON text holds, numbers as written. */
export type JsonValue = null | boolean | string | NumberText | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

interface ReviverContext {
  /** The source text of a primitive. */
  readonly source?: string;
}
type Reviver = (key: string, value: JsonValue | number, context: ReviverContext) => JsonValue;
const parseWith = JSON.parse as (text: string, reviver: Reviver) => JsonValue;

/** Parses a JSON text; throws MalformedBodyError that names the position, never the content. */
export function parseJsonText(text: string): JsonValue {
  try {
    return parseWith(text, (_key, value, { source }) =>
      typeof value === 'number' ? new NumberText(source ?? String(value)) : value,
    );
  } catch (error) {
    // The engine's own message quotes the text, which may hold a secret.
    throw describe(text, error);
  }
}

/** Parses a JSON text with exact numbers, as offsets need them: objects are Maps, integers `bigint`. */
export function parseExactJson(text: string): ConnectValue {
  try {
    return parseJson(text);
  } catch (error) {
    throw new MalformedBodyError(messageOf(error), { cause: error });
  }
}

function describe(text: string, cause: unknown): MalformedBodyError {
  try {
    parseJson(text);
  } catch (error) {
    return new MalformedBodyError(messageOf(error), { cause });
  }
  return new MalformedBodyError('The request body is no JSON', { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'The request body is no JSON';
}
