import { ConfigError, toError } from '../errors.ts';
import { javaDoubleToString } from '../data/java-numbers.ts';
import type { ConfigParsed } from './config-value.ts';
import { javaHashOrder } from './java-hash-order.ts';
import { javaRegExp } from './java-regex.ts';
import { printInError } from './print-config-value.ts';
import type { Validator } from './validator.ts';

export interface ListRules {
  /** The entries allowed; any when left out. */
  readonly allowed?: readonly string[];
  readonly emptyAllowed: boolean;
  readonly nullAllowed: boolean;
}

/** The JVM's validators, with its messages and its way of printing what they accept (spec/rest.md section 4). */
export const Validators = {
  /** Numbers from `least` to `most`, both included. */
  range: (least: number, most: number): Validator => inRange(least, most),
  /** Numbers of at least `least`. */
  atLeast: (least: number): Validator => inRange(least, null),
  /** One of these texts. */
  inList: (...values: readonly string[]): Validator => ({
    ensureValid(name, value) {
      if (typeof value !== 'string' || !values.includes(value)) {
        refuse(name, value, `String must be one of: ${values.join(', ')}`);
      }
    },
    toString: () => `[${values.join(', ')}]`,
  }),
  /** One of these texts in any case; printed in upper case and in the order of a Java set, as the JVM does. */
  caseInsensitive: (...values: readonly string[]): Validator => {
    const upper = javaHashOrder(values.map((value) => value.toUpperCase()));
    return {
      ensureValid(name, value) {
        if (typeof value !== 'string' || !upper.includes(value.toUpperCase())) {
          refuse(name, value, `String must be one of (case insensitive): ${upper.join(', ')}`);
        }
      },
      toString: () => `(case insensitive) [${upper.join(', ')}]`,
    };
  },
  /** Any value but null. */
  nonNull: (): Validator => ({
    ensureValid(name, value) {
      if (value === null) {
        refuse(name, value, 'entry must be non null');
      }
    },
    toString: () => 'non-null string',
  }),
  /** A text that is not empty; null passes, since whether a key is required is another question. */
  nonEmptyString: (): Validator => ({
    ensureValid(name, value) {
      if (value === '') {
        refuse(name, value, 'String must be non-empty');
      }
    },
    toString: () => 'non-empty string',
  }),
  /** A text without control characters that is not empty; null passes. */
  nonEmptyWithoutControl: (): Validator => ({
    ensureValid(name, value) {
      if (value === '') {
        refuse(name, value, 'String may not be empty');
      }
      const codes = typeof value === 'string' ? controlCodes(value) : [];
      if (codes.length > 0) {
        refuse(
          name,
          value,
          `String may not contain control sequences but had the following ASCII chars: ${codes.join(', ')}`,
        );
      }
    },
    toString: () => 'non-empty string without ISO control characters',
  }),
  /** A list without repetitions, of any entries or of allowed ones. */
  list: (rules: ListRules): Validator => ({
    ensureValid: (name, value) => checkList(name, value, rules),
    toString: () => (rules.allowed === undefined ? '' : `[${rules.allowed.join(', ')}]`),
    dropsDuplicates: true,
  }),
  /** A list of at most so many entries. */
  atMostOfSize: (size: number): Validator => ({
    ensureValid(name, value) {
      if (Array.isArray(value) && value.length > size) {
        refuse(name, value as readonly string[], `exceeds maximum list size of [${size}].`);
      }
    },
    toString: () => `List containing maximum of ${size} elements`,
  }),
  /** A list in which no alias comes twice; `kind` as in `unique transformation aliases`. */
  uniqueAliases: (kind: string): Validator => ({
    ensureValid(name, value) {
      if (Array.isArray(value) && new Set(value).size < value.length) {
        refuse(name, value as readonly string[], 'Duplicate alias provided.');
      }
    },
    toString: () => `unique ${kind}`,
  }),
  /** A regular expression as java.util.regex has it; null is none, which the JVM says in its own way. */
  regex: (): Validator => ({
    ensureValid(name, value) {
      if (typeof value !== 'string') {
        refuse(name, value, 'Invalid regex: Cannot invoke "String.isEmpty()" because "this.pattern" is null');
      }
      try {
        javaRegExp(value);
      } catch (error) {
        refuse(name, value, `Invalid regex: ${toError(error).message}`);
      }
    },
    toString: () => 'valid regex',
  }),
  /** All of these, in this order; the first that refuses speaks. */
  all: (...validators: readonly Validator[]): Validator => ({
    ensureValid(name, value) {
      for (const validator of validators) {
        validator.ensureValid(name, value);
      }
    },
    toString: () => validators.map(String).join(', '),
  }),
  /** As another validator, but null passes too; for optional keys. */
  nullOr: (validator: Validator): Validator => ({
    ensureValid: (name, value) => (value === null ? undefined : validator.ensureValid(name, value)),
    toString: () => validator.toString(),
  }),
  /** A check of one's own; `description` is what it accepts. */
  of: (description: string, check: (name: string, value: ConfigParsed) => void): Validator => ({
    ensureValid: check,
    toString: () => description,
  }),
} as const;

function refuse(name: string, value: ConfigParsed, reason: string): never {
  throw ConfigError.invalidValue(name, printInError(value), reason);
}

function inRange(least: number, most: number | null): Validator {
  const print = (bound: number): string =>
    Number.isInteger(least) && (most === null || Number.isInteger(most))
      ? String(bound)
      : javaDoubleToString(bound);
  return {
    ensureValid(name, value) {
      if (typeof value !== 'number' && typeof value !== 'bigint') {
        refuse(name, value, 'Value must be non-null');
      }
      if (value < least) {
        refuse(name, value, `Value must be at least ${print(least)}`);
      }
      if (most !== null && value > most) {
        refuse(name, value, `Value must be no more than ${print(most)}`);
      }
    },
    toString: () => (most === null ? `[${print(least)},...]` : `[${print(least)},...,${print(most)}]`),
  };
}

function checkList(name: string, value: ConfigParsed, rules: ListRules): void {
  if (value === null) {
    if (!rules.nullAllowed) {
      throw new ConfigError(`Configuration '${name}' values must not be null.`, { key: name });
    }
    return;
  }
  const entries = Array.isArray(value) ? (value as readonly string[]) : [];
  if (entries.length === 0 && !rules.emptyAllowed) {
    const valid = rules.allowed === undefined ? 'any non-empty value' : `[${rules.allowed.join(', ')}]`;
    throw new ConfigError(`Configuration '${name}' must not be empty. Valid values include: ${valid}`, {
      key: name,
    });
  }
  if (new Set(entries).size < entries.length) {
    throw new ConfigError(`Configuration '${name}' values must not be duplicated.`, { key: name });
  }
  if (entries.includes('')) {
    throw new ConfigError(`Configuration '${name}' values must not be empty.`, { key: name });
  }
  for (const entry of entries) {
    if (rules.allowed !== undefined && !rules.allowed.includes(entry)) {
      refuse(name, entry, `String must be one of: ${rules.allowed.join(', ')}`);
    }
  }
}

/** Codes of the ISO control characters in a text. */
function controlCodes(text: string): number[] {
  return Array.from(text).flatMap((char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x20 || (code >= 0x7f && code < 0xa0) ? [code] : [];
  });
}
