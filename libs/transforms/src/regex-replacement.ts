import { IllegalReplacementError, NoSuchGroupError } from './errors.ts';

/**
 * The replacement of a match as java.util.regex.Matcher expands it: `$1` and `${name}` are groups, a backslash takes the meaning from what
 * follows it. Throws NoSuchGroupError or IllegalReplacementError.
 */
export function expandReplacement(replacement: string, match: RegExpExecArray): string {
  let result = '';
  let at = 0;
  while (at < replacement.length) {
    const char = replacement.charAt(at);
    if (char === '\\') {
      if (at + 1 === replacement.length) {
        throw new IllegalReplacementError('character to be escaped is missing');
      }
      result += replacement.charAt(at + 1);
      at += 2;
    } else if (char === '$') {
      const group = reference(replacement, at, match);
      result += group.text;
      at = group.next;
    } else {
      result += char;
      at += 1;
    }
  }
  return result;
}

function reference(replacement: string, at: number, match: RegExpExecArray): { text: string; next: number } {
  const rest = replacement.slice(at + 1);
  if (rest === '') {
    throw new IllegalReplacementError('Illegal group reference: group index is missing');
  }
  if (rest.startsWith('{')) {
    return named(rest, at, match);
  }
  const [digits] = /^\d+/.exec(rest) ?? [];
  if (digits === undefined) {
    throw new IllegalReplacementError('Illegal group reference');
  }
  // The first digit is the group; more of them belong to it as long as there is such a group.
  let length = 1;
  while (length < digits.length && Number(digits.slice(0, length + 1)) < match.length) {
    length += 1;
  }
  const number = Number(digits.slice(0, length));
  if (number >= match.length) {
    throw new NoSuchGroupError(number);
  }
  return { text: match[number] ?? '', next: at + 1 + length };
}

function named(rest: string, at: number, match: RegExpExecArray): { text: string; next: number } {
  const name = /^\{([a-zA-Z][a-zA-Z0-9]*)\}/.exec(rest)?.[1];
  if (name === undefined) {
    throw new IllegalReplacementError("named capturing group is missing trailing '}'");
  }
  if (match.groups === undefined || !Object.hasOwn(match.groups, name)) {
    throw new IllegalReplacementError(`No group with name {${name}}`);
  }
  return { text: match.groups[name] ?? '', next: at + 1 + name.length + 2 };
}
