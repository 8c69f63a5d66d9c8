import { DataError } from '../errors.ts';
import { JsonNumber, type JsonNode } from './json-node.ts';

/** A text is not JSON; `position` is the character at which it stops being it. */
export class JsonSyntaxError extends DataError {
  override readonly code: string = 'JSON_SYNTAX';
  readonly position: number;

  constructor(position: number, reason: string) {
    super(`Malformed JSON at character ${position}: ${reason}`);
    this.position = position;
  }
}

/** Limits of the JVM's JSON library, which keep a hostile text from exhausting the stack or the processor. */
export const MAX_JSON_DEPTH = 1000;
/** Digits of a number, without sign, point and the like. */
const MAX_NUMBER_LENGTH = 1000;
/** The JVM's decimals have 32-bit exponents. */
const MAX_EXPONENT = 2_000_000_000;

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const LOWER_E = 101;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
/** Integers of so many digits are exact in a float64. */
const SAFE_DIGITS = 15;

/** An escape; one that JSON does not have is in the group. */
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}|(.))/gs;
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;

/**
 * Reads a JSON text piece by piece, for callers that know what they expect and want no tree in between. Every method but
 * `peek` moves past what it read; all throw {@link JsonSyntaxError}.
 */
export class JsonReader {
  readonly text: string;
  /** Index of the next character. */
  at: number;
  readonly #leadingZeros: boolean;
  #depth = 0;

  /** `leadingZeros`: whether `007` is a number, as the JVM's JsonConverter has it and JSON has not. */
  constructor(text: string, options: { readonly at?: number; readonly leadingZeros?: boolean } = {}) {
    this.text = text;
    this.at = options.at ?? 0;
    this.#leadingZeros = options.leadingZeros ?? false;
  }

  /** The code of the next character that is no space, without moving past it; NaN at the end of the text. */
  peek(): number {
    let char = this.text.charCodeAt(this.at);
    while (char === 32 || char === 10 || char === 13 || char === 9) {
      this.at += 1;
      char = this.text.charCodeAt(this.at);
    }
    return char;
  }

  /** Whether the next character is this one; only then moves past it. */
  take(code: number): boolean {
    if (this.peek() !== code) {
      return false;
    }
    this.at += 1;
    return true;
  }

  /** Moves past this character, which has to come next. */
  expect(code: number): void {
    if (!this.take(code)) {
      this.fail(`'${String.fromCharCode(code)}' was expected`);
    }
  }

  /** Moves past a key and the colon after it if they come next. `label`: the key in quotes, without anything to escape, and a colon. */
  takeKey(label: string): boolean {
    this.peek();
    if (this.text.startsWith(label, this.at)) {
      this.at += label.length;
      return true;
    }
    // Spaces may stand before the colon.
    const quoted = label.length - 1;
    if (!this.text.startsWith(label.slice(0, quoted), this.at)) {
      return false;
    }
    this.at += quoted;
    this.expect(COLON);
    return true;
  }

  /** A key of an object and the colon after it. */
  key(): string {
    if (this.peek() !== QUOTE) {
      this.fail('a key in quotes was expected');
    }
    const key = this.string();
    this.expect(COLON);
    return key;
  }

  /** One of the words `true`, `false` and `null`. */
  word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at) || /[\w$]/.test(this.text.charAt(this.at + word.length))) {
      this.fail(`'${word}' was expected`);
    }
    this.at += word.length;
    return value;
  }

  /** Goes into an object or array; throws when that is too deep. */
  enter(): void {
    this.#depth += 1;
    if (this.#depth > MAX_JSON_DEPTH) {
      this.fail(`nested deeper than ${MAX_JSON_DEPTH}`);
    }
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** After a member: true when another one follows, false when `close` ends them. */
  next(close: number): boolean {
    const char = this.peek();
    if (char !== COMMA && char !== close) {
      this.fail(`',' or '${String.fromCharCode(close)}' was expected`);
    }
    this.at += 1;
    return char === COMMA;
  }

  /** A string; the next character is its quote. */
  string(): string {
    const { text } = this;
    const start = this.at + 1;
    for (let end = start; ; end += 1) {
      const char = text.charCodeAt(end);
      if (char === QUOTE) {
        this.at = end + 1;
        return text.slice(start, end);
      }
      if (char === BACKSLASH) {
        return this.#escapedString(start, end);
      }
      if (!(char >= 32)) {
        this.at = end;
        this.fail(Number.isNaN(char) ? 'a string does not end' : 'a control character in a string');
      }
    }
  }

  /** An integer that a float64 holds exactly; NaN, with nothing read, when another kind of number comes next. */
  smallInteger(): number {
    const { text } = this;
    let end = this.at;
    let char = text.charCodeAt(end);
    const negative = char === MINUS;
    if (negative) {
      end += 1;
      char = text.charCodeAt(end);
    }
    const start = end;
    let value = 0;
    while (char >= ZERO && char <= NINE) {
      value = value * 10 + (char - ZERO);
      end += 1;
      char = text.charCodeAt(end);
    }
    const digits = end - start;
    const plain = char !== DOT && (char | 32) !== LOWER_E;
    const zeros = digits > 1 && text.charCodeAt(start) === ZERO;
    if (!plain || zeros || digits === 0 || digits > SAFE_DIGITS) {
      return Number.NaN;
    }
    this.at = end;
    return negative ? -value : value;
  }

  /** Any number. */
  number(): JsonNumber {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) {
      return this.fail('a value was expected');
    }
    const [digits, fraction, exponent] = match;
    const next = this.text.charCodeAt(this.at + digits.length);
    if (next === DOT || (next | 32) === LOWER_E || (!this.#leadingZeros && /^-?0\d/.test(digits))) {
      this.fail('malformed number');
    }
    const size = exponent === undefined ? 0 : Math.abs(Number(exponent.slice(1)));
    const tooLong =
      digits.length > MAX_NUMBER_LENGTH && digits.replace(/[-.eE+]/g, '').length > MAX_NUMBER_LENGTH;
    if (tooLong || size > MAX_EXPONENT) {
      this.fail('the number is too long');
    }
    this.at += digits.length;
    return new JsonNumber(digits, fraction === undefined && exponent === undefined);
  }

  /** Any value, as a tree. */
  node(): JsonNode {
    const char = this.peek();
    switch (char) {
      case QUOTE:
        return this.string();
      case OPEN_BRACE:
        return this.#object();
      case OPEN_BRACKET:
        return this.#array();
      case 116:
        return this.word('true', true);
      case 102:
        return this.word('false', false);
      case 110:
        return this.word('null', null);
      default:
        return Number.isNaN(char) ? this.fail('the text ends too early') : this.number();
    }
  }

  #object(): JsonNode {
    const object = new Map<string, JsonNode>();
    this.at += 1;
    this.enter();
    if (!this.take(CLOSE_BRACE)) {
      do {
        const key = this.key();
        object.set(key, this.node());
      } while (this.next(CLOSE_BRACE));
    }
    this.leave();
    return object;
  }

  #array(): JsonNode {
    const items: JsonNode[] = [];
    this.at += 1;
    this.enter();
    if (!this.take(CLOSE_BRACKET)) {
      do {
        items.push(this.node());
      } while (this.next(CLOSE_BRACKET));
    }
    this.leave();
    return items;
  }

  /** `firstEscape`: index of the first backslash of the string that starts at `start`. */
  #escapedString(start: number, firstEscape: number): string {
    const { text } = this;
    let end = firstEscape;
    for (let char = BACKSLASH; char !== QUOTE; char = text.charCodeAt(end)) {
      if (!(char >= 32)) {
        this.at = end;
        this.fail(Number.isNaN(char) ? 'a string does not end' : 'a control character in a string');
      }
      end += char === BACKSLASH ? 2 : 1;
    }
    this.at = end + 1;
    try {
      return JSON.parse(text.slice(start - 1, end + 1)) as string;
    } catch {
      return this.#failEscape(start, end);
    }
  }

  /** Fails at the first escape of a string that is none. */
  #failEscape(start: number, end: number): never {
    for (const { index, 0: escape, 1: other } of this.text.slice(start, end).matchAll(ESCAPE)) {
      if (other !== undefined) {
        this.at = start + index;
        this.fail(escape === '\\u' ? 'malformed \\u escape' : 'unknown escape');
      }
    }
    return this.fail('malformed string');
  }

  fail(reason: string): never {
    throw new JsonSyntaxError(this.at, reason);
  }
}
