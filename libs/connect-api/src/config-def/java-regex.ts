import { ConfigError } from '../errors.ts';
import { codeSource, ESCAPES, inClassLiteral, literal, propertySource } from './java-regex-text.ts';

const FLAGS = /^\(\?([idmsux]+)\)/;

/** How much of the text {@link javaRegExp} makes a match of: anywhere in it (`find`), or all of it (`matches`). */
export type RegexScope = 'find' | 'matches';

/**
 * Compiles a regular expression that was written for java.util.regex. What JavaScript has no counterpart of is refused with
 * ConfigError, and so is what Java would refuse (`Unclosed group near index 1`); possessive quantifiers become greedy ones.
 * `scope`: `matches` wants the whole text, as topic patterns do.
 */
export function javaRegExp(pattern: string, scope: RegexScope = 'find'): RegExp {
  const leading = FLAGS.exec(pattern);
  const flags = leading?.[1] ?? '';
  if (flags.includes('x') || flags.includes('d')) {
    throw new ConfigError(`the inline flags (?${flags}) are not supported`);
  }
  const body = new Translation(pattern, leading?.[0].length ?? 0).translate();
  const source = scope === 'matches' ? `^(?:${body})$` : body;
  try {
    return new RegExp(source, `v${['i', 'm', 's'].filter((flag) => flags.includes(flag)).join('')}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, '') : String(error);
    throw new ConfigError(`${reason}\n${pattern}`, { cause: error });
  }
}

class Translation {
  readonly #pattern: string;
  #at: number;
  #open = 0;

  constructor(pattern: string, start: number) {
    this.#pattern = pattern;
    this.#at = start;
  }

  translate(): string {
    let result = '';
    /** Whether a quantifier may follow. */
    let atom = false;
    while (this.#at < this.#pattern.length) {
      const char = this.#char();
      if (char === '*' || char === '+' || char === '?') {
        if (!atom) {
          this.#fail(`Dangling meta character '${char}'`, this.#at, true);
        }
        result += this.#quantifier(char);
        atom = false;
      } else if (char === '{') {
        if (!atom) {
          this.#fail('Illegal repetition', this.#at + 1);
        }
        result += this.#quantifier(this.#counted());
        atom = false;
      } else {
        const piece = this.#piece(char);
        // After these there is nothing to repeat, and an empty quotation leaves things as they were.
        atom = piece === '' ? atom : char !== '|' && char !== '^' && !(char === '(' && piece !== ')');
        result += piece;
      }
    }
    if (this.#open > 0) {
      this.#fail('Unclosed group', this.#pattern.length);
    }
    return result;
  }

  #char(): string {
    return this.#pattern.charAt(this.#at);
  }

  #piece(char: string): string {
    switch (char) {
      case '\\':
        return this.#escape();
      case '[':
        return this.#characterClass();
      case '(':
        this.#open += 1;
        return this.#group();
      case ')':
        if (this.#open === 0) {
          this.#fail("Unmatched closing ')'", Math.max(0, this.#at - 1), true);
        }
        this.#open -= 1;
        break;
      case ']':
      case '}':
        this.#at += 1;
        return `\\${char}`;
    }
    const point = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += point.length;
    return point === '/' ? '\\/' : point;
  }

  #group(): string {
    const rest = this.#pattern.slice(this.#at);
    const opening =
      /^\((?:\?(?:[:=!]|<[=!]|<[a-zA-Z][a-zA-Z0-9]*>|[ims]*(?:-[ims]+)?:))?/.exec(rest)?.[0] ?? '(';
    if (opening === '(' && rest.startsWith('(?')) {
      this.#fail(
        rest.startsWith('(?>') ? 'Atomic groups are not supported' : 'Unknown inline modifier or group',
        this.#at + 2,
      );
    }
    this.#at += opening.length;
    return opening;
  }

  #quantifier(text: string): string {
    this.#at += text.length;
    const next = this.#char();
    if (next === '?' || next === '+') {
      this.#at += 1;
      return next === '?' ? `${text}?` : text;
    }
    return text;
  }

  #counted(): string {
    const rest = this.#pattern.slice(this.#at);
    const counted = /^\{(\d+)(?:,(\d*))?\}/.exec(rest);
    if (counted === null) {
      this.#fail(
        /^\{\d+(,\d*)?$/.test(rest) ? 'Unclosed counted closure' : 'Illegal repetition',
        this.#at + 1,
      );
    }
    if ((counted[2] ?? '') !== '' && Number(counted[2]) < Number(counted[1])) {
      this.#fail('Illegal repetition range', this.#at + counted[0].length - 1);
    }
    return counted[0];
  }

  /** An escape outside of a character class. */
  #escape(): string {
    const next = this.#pattern.charAt(this.#at + 1);
    if (next === 'b' || next === 'B' || /[1-9]/.test(next)) {
      this.#at += 2;
      return `\\${next}`;
    }
    if (next === 'k') {
      const reference = /^\\k<\w+>/.exec(this.#pattern.slice(this.#at))?.[0];
      this.#at += reference?.length ?? 0;
      return reference ?? this.#fail('\\k is not followed by a group name', this.#at + 2);
    }
    const known = ESCAPES[next];
    if (known !== undefined && next !== '') {
      this.#at += 2;
      return known;
    }
    const text = this.#escapedText();
    return text.kind === 'class' ? `[${text.source}]` : text.source;
  }

  /** Escapes that mean the same in a class and outside of it. `class`: the source belongs in brackets. */
  #escapedText(): { kind: 'class' | 'text'; source: string } {
    const start = this.#at;
    const next = this.#pattern.charAt(start + 1);
    if (next === '') {
      this.#fail('Unexpected internal error', start + 1);
    }
    if (next === 'Q') {
      const end = this.#pattern.indexOf('\\E', start + 2);
      const quoted = this.#pattern.slice(start + 2, end === -1 ? undefined : end);
      this.#at = end === -1 ? this.#pattern.length : end + 2;
      return { kind: 'text', source: literal(quoted) };
    }
    if (next === 'p' || next === 'P') {
      const named = /^\\[pP](?:\{([^}]+)\}|([A-Z]))/.exec(this.#pattern.slice(start));
      if (named === null) {
        this.#fail('Unknown character property', start + 2);
      }
      this.#at += named[0].length;
      const inside = propertySource(named[1] ?? named[2] ?? '');
      return { kind: 'class', source: next === 'p' ? inside : `[^${inside}]` };
    }
    const code = /^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|x\{[0-9a-fA-F]+\}|c[A-Za-z]|0[0-7]{1,3})/.exec(
      this.#pattern.slice(start),
    )?.[0];
    if (code !== undefined) {
      this.#at += code.length;
      return { kind: 'text', source: codeSource(code) };
    }
    this.#at += 2;
    if ('tnrfwW'.includes(next)) {
      return { kind: 'text', source: `\\${next}` };
    }
    if (/[a-zA-Z0-9]/.test(next)) {
      this.#fail('Illegal/unsupported escape sequence', start + 1, true);
    }
    return { kind: 'text', source: literal(next) };
  }

  #characterClass(): string {
    const start = this.#at;
    this.#at += 1;
    const negated = this.#char() === '^';
    this.#at += negated ? 1 : 0;
    const operands = [''];
    // Java takes a ']' in the first place literally.
    for (let first = true; ; first = false) {
      const char = this.#char();
      if (char === '') {
        this.#fail('Unclosed character class', this.#pattern.length - 1, true);
      }
      if (char === ']' && !first) {
        this.#at += 1;
        // JavaScript wants the operands of an intersection to be classes.
        const inside =
          operands.length === 1 ? operands.join('') : operands.map((each) => `[${each}]`).join('&&');
        return `[${negated ? '^' : ''}${inside}]`;
      }
      if (this.#pattern.startsWith('&&', this.#at)) {
        this.#at += 2;
        operands.push('');
      } else {
        operands.push((operands.pop() ?? '') + this.#inClass(char, start));
      }
    }
  }

  #inClass(char: string, start: number): string {
    if (char === '[') {
      return this.#characterClass();
    }
    if (char === '\\') {
      const known = ESCAPES[this.#pattern.charAt(this.#at + 1)];
      if (known?.startsWith('[') === true) {
        this.#at += 2;
        return known;
      }
      return this.#escapedText().source;
    }
    const point = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += point.length;
    if (point !== '-') {
      return inClassLiteral(point);
    }
    // A '-' at an end is itself; between two characters it makes a range.
    const before = this.#pattern.charAt(this.#at - 2);
    const atEnd =
      this.#char() === ']' || this.#at - 2 === start || (before === '^' && this.#at - 3 === start);
    return atEnd ? '\\-' : '-';
  }

  #fail(reason: string, index: number, pointed = false): never {
    const pointer = pointed ? `\n${' '.repeat(Math.max(0, index))}^` : '';
    throw new ConfigError(`${reason} near index ${index}\n${this.#pattern}${pointer}`);
  }
}
