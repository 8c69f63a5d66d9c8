import { javaTrim } from './java-string.ts';

const BACKSLASH = 92;
const DELIMITERS = new Set(Buffer.from(':,{}[]"'));

/**
 * The tokens of a value's text form: each unescaped delimiter (`: , { } [ ] "`) is one, and so is what stands between two
 * of them. A backslash keeps what follows it from being a delimiter, and stays in the token.
 */
export class ValueTokens {
  readonly text: string;
  #at = 0;
  /** Looked at but not taken. */
  #pending: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** A position to come back to. */
  mark(): number {
    return this.#at - (this.#pending?.length ?? 0);
  }

  rewindTo(position: number): void {
    this.#at = position;
    this.#pending = undefined;
  }

  hasNext(): boolean {
    return this.#pending !== undefined || this.#at < this.text.length;
  }

  next(): string {
    const token = this.#pending ?? this.#read();
    this.#pending = undefined;
    return token;
  }

  /** The next `count` tokens as one text; undefined, with nothing taken, when there are fewer. */
  nextText(count: number): string | undefined {
    const start = this.mark();
    for (let taken = 0; taken < count; taken += 1) {
      if (!this.hasNext()) {
        this.rewindTo(start);
        return undefined;
      }
      this.next();
    }
    return this.text.slice(start, this.#at);
  }

  /** Takes the next token if it is this one, spaces around it aside. Tokens of spaces before it are skipped in any case. */
  take(expected: string): boolean {
    if (this.#pending === undefined) {
      if (this.#at >= this.text.length) {
        return false;
      }
      this.#pending = this.#read();
    }
    while (isBlank(this.#pending) && this.#at < this.text.length) {
      this.#pending = this.#read();
    }
    if (this.#pending !== expected && javaTrim(this.#pending) !== expected) {
      return false;
    }
    this.#pending = undefined;
    return true;
  }

  #read(): string {
    const { text } = this;
    const start = this.#at;
    let escaped = false;
    while (this.#at < text.length) {
      const char = text.charCodeAt(this.#at);
      if (char === BACKSLASH) {
        escaped = !escaped;
      } else if (!escaped && DELIMITERS.has(char)) {
        if (start === this.#at) {
          this.#at += 1;
        }
        break;
      } else {
        escaped = false;
      }
      this.#at += 1;
    }
    return text.slice(start, this.#at);
  }
}

function isBlank(token: string): boolean {
  return token.charCodeAt(0) <= 32 && javaTrim(token) === '';
}
