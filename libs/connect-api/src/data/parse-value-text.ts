import { DataError } from '../errors.ts';
import { alignValue, CommonSchema, unwrapped } from './common-schema.ts';
import { Decimal } from './decimal.ts';
import { isJavaNumber } from './java-narrowing.ts';
import { javaTrim } from './java-string.ts';
import { parseNumberText } from './number-text.ts';
import { parseTemporalText } from './temporal-text.ts';
import { Schema, type ConnectValue, type SchemaAndValue } from './schema.ts';
import { ValueTokens } from './value-tokens.ts';
import { MAX_TEXT_DEPTH } from './value-text.ts';

/**
 * Reads the text form of a value back, guessing its type (the JVM's Values.parseString; spec/transforms.md section 5): the
 * narrowest number, a date, a boolean, a list, a map, and a string for anything else. Null for the text `null`. Numbers in a
 * list or map without a common type are wrapper classes ({@link Int8} …), under a schema plain. Never throws.
 */
export function parseValueText(text: string): SchemaAndValue | null {
  if (text === '') {
    return { schema: Schema.STRING, value: text };
  }
  const first = text.charCodeAt(0);
  // Most headers are words: nothing but a string can begin with such a letter.
  if (first > LAST_BEFORE_LETTERS && first < DELETE && !MAY_BE_MORE.has(first)) {
    return { schema: Schema.STRING, value: text };
  }
  const parsed = plainInteger(text) ?? new ValueTextParser(text).value(false, 0);
  return parsed === null
    ? null
    : { schema: parsed.schema, value: unwrapped(parsed.schema ?? undefined, parsed.value) };
}

const LAST_BEFORE_LETTERS = 64;
const DELETE = 127;
/** What lists, maps and literals begin with. */
const MAY_BE_MORE = new Set(Buffer.from('[{ntf'));

/** Digits alone, the most frequent text after words, are no date and need no taking apart. */
function plainInteger(text: string): SchemaAndValue | undefined {
  return /^-?\d{1,18}$/.test(text) ? parseNumberText(text) : undefined;
}

class ValueTextParser {
  readonly #tokens: ValueTokens;

  constructor(text: string) {
    this.#tokens = new ValueTokens(text);
  }

  /** Null for the literal `null`, and where the text is over. */
  value(embedded: boolean, depth: number): SchemaAndValue | null {
    const tokens = this.#tokens;
    if (!tokens.hasNext()) {
      return null;
    }
    if (embedded && tokens.take('"')) {
      return this.#quoted();
    }
    if (this.#literal('null', embedded)) {
      return null;
    }
    if (this.#literal('true', embedded)) {
      return { schema: Schema.BOOLEAN, value: true };
    }
    if (this.#literal('false', embedded)) {
      return { schema: Schema.BOOLEAN, value: false };
    }
    return this.#container(depth) ?? this.#scalar(embedded);
  }

  /** A list or map; undefined, with nothing consumed, when there is none or it is malformed. */
  #container(depth: number): SchemaAndValue | undefined {
    const start = this.#tokens.mark();
    try {
      if (this.#tokens.take('[')) {
        return this.#list(depth + 1);
      }
      return this.#tokens.take('{') ? this.#map(depth + 1) : undefined;
    } catch (error) {
      if (!(error instanceof DataError)) {
        throw error;
      }
      this.#tokens.rewindTo(start);
      return undefined;
    }
  }

  #scalar(embedded: boolean): SchemaAndValue {
    const token = this.#tokens.next();
    const text = javaTrim(token);
    if (text === '') {
      return { schema: Schema.STRING, value: token };
    }
    const digit = text >= '0' && text < ':';
    const temporal = digit ? this.#temporal(text) : undefined;
    const number =
      temporal ?? (digit || text.startsWith('+') || text.startsWith('-') ? parseNumberText(text) : undefined);
    if (number !== undefined) {
      return number;
    }
    if (embedded) {
      throw new DataError(`Not a value inside a list or map: ${text}`);
    }
    return { schema: Schema.STRING, value: this.#tokens.text };
  }

  /** Colons are delimiters, so a time is spread over five tokens. */
  #temporal(first: string): SchemaAndValue | undefined {
    const start = this.#tokens.mark();
    const rest = this.#tokens.nextText(4);
    const time = rest === undefined ? undefined : parseTemporalText(first + rest);
    if (time !== undefined) {
      return time;
    }
    this.#tokens.rewindTo(start);
    return parseTemporalText(first);
  }

  #quoted(): SchemaAndValue {
    let content = '';
    while (this.#tokens.hasNext() && !this.#tokens.take('"')) {
      content += this.#tokens.next();
    }
    return parseTemporalText(content) ?? { schema: Schema.STRING, value: content };
  }

  /** At the top, a literal counts only when nothing follows: `true}` is a string. */
  #literal(literal: string, embedded: boolean): boolean {
    const start = this.#tokens.mark();
    if (this.#tokens.take(literal) && (embedded || !this.#tokens.hasNext())) {
      return true;
    }
    this.#tokens.rewindTo(start);
    return false;
  }

  #list(depth: number): SchemaAndValue {
    const tokens = this.#tokens;
    const items: ConnectValue[] = [];
    const common = new CommonSchema();
    checkDepth(depth);
    while (tokens.hasNext()) {
      if (tokens.take(']')) {
        const valueSchema = common.schema;
        return {
          schema: new Schema({ type: 'array', valueSchema }),
          value: valueSchema === undefined ? items : items.map((item) => alignValue(valueSchema, item)),
        };
      }
      if (tokens.take(',')) {
        throw new DataError('An element of the list is missing');
      }
      const item = this.value(true, depth);
      common.merge(item?.schema);
      items.push(item === null ? null : item.value);
      const start = tokens.mark();
      if (tokens.take(']')) {
        tokens.rewindTo(start);
      } else if (!tokens.take(',')) {
        throw new DataError('Elements of a list are separated by commas');
      }
    }
    throw new DataError('The list does not end');
  }

  #map(depth: number): SchemaAndValue {
    const tokens = this.#tokens;
    const entries = new Map<unknown, [ConnectValue, ConnectValue]>();
    const keys = new CommonSchema();
    const values = new CommonSchema();
    checkDepth(depth);
    while (tokens.hasNext()) {
      if (tokens.take('}')) {
        return alignedMap([...entries.values()], keys.schema, values.schema);
      }
      if (tokens.take(',')) {
        throw new DataError('An entry of the map is missing');
      }
      const key = this.value(true, depth);
      if (key === null || !tokens.take(':')) {
        throw new DataError('An entry of a map is a key, a colon and a value');
      }
      const value = this.value(true, depth);
      entries.set(identity(key.value), [key.value, value === null ? null : value.value]);
      tokens.take(',');
      keys.merge(key.schema);
      values.merge(value?.schema);
    }
    throw new DataError('The map does not end');
  }
}

/** What equal keys have in common; wrapped numbers and dates are objects, each another one. */
function identity(key: ConnectValue): unknown {
  if (isJavaNumber(key) && typeof key === 'object' && !(key instanceof Decimal)) {
    return `${key.type} ${key.value}`;
  }
  return key instanceof Date ? `date ${key.getTime()}` : key;
}

function alignedMap(
  entries: readonly [ConnectValue, ConnectValue][],
  keySchema: Schema | undefined,
  commonValueSchema: Schema | undefined,
): SchemaAndValue {
  // Without a common key type the JVM drops the values' type, too.
  const valueSchema = keySchema === undefined ? undefined : commonValueSchema;
  const map = new Map<ConnectValue, ConnectValue>();
  for (const [key, value] of entries) {
    map.set(
      keySchema === undefined ? key : alignValue(keySchema, key),
      valueSchema === undefined ? value : alignValue(valueSchema, value),
    );
  }
  return { schema: new Schema({ type: 'map', keySchema, valueSchema }), value: map };
}

function checkDepth(depth: number): void {
  if (depth > MAX_TEXT_DEPTH) {
    throw new DataError(`Nested deeper than ${MAX_TEXT_DEPTH}`);
  }
}
