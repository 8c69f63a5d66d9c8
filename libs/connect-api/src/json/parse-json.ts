import { DataError } from '../errors.ts';
import type { ConnectValue } from '../data/schema.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;

/**
 * Parses JSON without losing what a number was: an integer becomes `bigint`, one with a fraction or exponent `number` (docs/
 * decisions/0002). Objects become `Map` in the order of the text; of duplicate keys the last wins. Throws DataError that
 * names the position.
 */
export function parseJson(text: string): ConnectValue {
  return new JsonParser(text).parse();
}

class JsonParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): ConnectValue {
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) {
      this.#fail('unexpected text after the value');
    }
    return value;
  }

  #value(): ConnectValue {
    this.#space();
    const char = this.#text.charCodeAt(this.#at);
    switch (char) {
      case QUOTE:
        return this.#string();
      case 123:
        return this.#object();
      case 91:
        return this.#array();
      case 116:
        return this.#word('true', true);
      case 102:
        return this.#word('false', false);
      case 110:
        return this.#word('null', null);
      default:
        if (char === MINUS || (char >= ZERO && char <= NINE)) {
          return this.#number();
        }
        return this.#fail(Number.isNaN(char) ? 'the text ends too early' : 'a value was expected');
    }
  }

  #object(): ConnectValue {
    const map = new Map<ConnectValue, ConnectValue>();
    this.#at += 1;
    this.#space();
    if (this.#take('}')) {
      return map;
    }
    for (;;) {
      this.#space();
      if (this.#text.charCodeAt(this.#at) !== QUOTE) {
        this.#fail('a key in quotes was expected');
      }
      const key = this.#string();
      this.#space();
      if (!this.#take(':')) {
        this.#fail("':' was expected");
      }
      map.set(key, this.#value());
      this.#space();
      if (this.#take('}')) {
        return map;
      }
      if (!this.#take(',')) {
        this.#fail("',' or '}' was expected");
      }
    }
  }

  #array(): ConnectValue {
    const items: ConnectValue[] = [];
    this.#at += 1;
    this.#space();
    if (this.#take(']')) {
      return items;
    }
    for (;;) {
      items.push(this.#value());
      this.#space();
      if (this.#take(']')) {
        return items;
      }
      if (!this.#take(',')) {
        this.#fail("',' or ']' was expected");
      }
    }
  }

  #number(): ConnectValue {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) {
      return this.#fail('malformed number');
    }
    const digits = match[0];
    this.#at += digits.length;
    const next = this.#text.charCodeAt(this.#at);
    if (next >= ZERO && next <= NINE) {
      this.#fail('numbers may not begin with 0');
    }
    return match[1] === undefined && match[2] === undefined ? BigInt(digits) : Number(digits);
  }

  #string(): string {
    const start = this.#at + 1;
    let end = start;
    for (;;) {
      const char = this.#text.charCodeAt(end);
      if (char === QUOTE) {
        this.#at = end + 1;
        return this.#text.slice(start, end);
      }
      if (char === BACKSLASH) {
        return this.#escapedString(start, end);
      }
      if (Number.isNaN(char) || char < 32) {
        this.#at = end;
        return this.#fail(Number.isNaN(char) ? 'a string does not end' : 'a control character in a string');
      }
      end += 1;
    }
  }

  #escapedString(start: number, firstEscape: number): string {
    let result = this.#text.slice(start, firstEscape);
    let at = firstEscape;
    for (;;) {
      const char = this.#text[at];
      if (char === undefined || char < ' ') {
        this.#at = at;
        return this.#fail(char === undefined ? 'a string does not end' : 'a control character in a string');
      }
      if (char === '"') {
        this.#at = at + 1;
        return result;
      }
      if (char !== '\\') {
        result += char;
        at += 1;
        continue;
      }
      const escape = this.#text[at + 1] ?? '';
      if (escape === 'u') {
        const code = this.#text.slice(at + 2, at + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(code)) {
          this.#at = at;
          return this.#fail('malformed \\u escape');
        }
        result += String.fromCharCode(Number.parseInt(code, 16));
        at += 6;
      } else {
        const plain = ESCAPES[escape];
        if (plain === undefined) {
          this.#at = at;
          return this.#fail('unknown escape');
        }
        result += plain;
        at += 2;
      }
    }
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) {
      return this.#fail(`'${word}' was expected`);
    }
    this.#at += word.length;
    return value;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] === char) {
      this.#at += 1;
      return true;
    }
    return false;
  }

  #space(): void {
    for (;;) {
      const char = this.#text.charCodeAt(this.#at);
      if (char !== 32 && char !== 10 && char !== 13 && char !== 9) {
        return;
      }
      this.#at += 1;
    }
  }

  #fail(reason: string): never {
    throw new DataError(`Malformed JSON at character ${this.#at}: ${reason}`);
  }
}
