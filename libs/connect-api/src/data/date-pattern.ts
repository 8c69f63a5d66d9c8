/** A piece of a date pattern: text that stands for itself, or a letter and how often it is repeated. */
export type PatternPiece =
  | { readonly literal: string }
  | { readonly literal?: undefined; readonly letter: PatternLetter; readonly count: number };

export type PatternLetter = (typeof KNOWN)[number];
const KNOWN = [
  'G',
  'y',
  'Y',
  'M',
  'L',
  'w',
  'W',
  'D',
  'd',
  'F',
  'E',
  'u',
  'a',
  'H',
  'k',
  'K',
  'h',
  'm',
  's',
  'S',
  'z',
  'Z',
  'X',
] as const;
const LONGEST_ISO_ZONE = 3;

/**
 * Takes a pattern of java.text.SimpleDateFormat apart. Throws RangeError with Java's message for an unknown letter, a zone `X` of more
 * than three letters, or a quote without its end.
 */
export function parseDatePattern(pattern: string): readonly PatternPiece[] {
  const pieces: PatternPiece[] = [];
  let at = 0;
  while (at < pattern.length) {
    const char = pattern.charAt(at);
    if (char === "'") {
      const quoted = quotedText(pattern, at);
      pieces.push({ literal: quoted.text });
      at = quoted.end;
    } else if (/[a-zA-Z]/.test(char)) {
      let end = at + 1;
      while (pattern.charAt(end) === char) {
        end += 1;
      }
      pieces.push({ letter: knownLetter(char, end - at), count: end - at });
      at = end;
    } else {
      pieces.push({ literal: char });
      at += 1;
    }
  }
  return pieces;
}

/** Two quotes are one, in quoted text and outside of it. */
function quotedText(pattern: string, start: number): { text: string; end: number } {
  if (pattern.charAt(start + 1) === "'") {
    return { text: "'", end: start + 2 };
  }
  let text = '';
  let at = start + 1;
  for (;;) {
    const end = pattern.indexOf("'", at);
    if (end === -1) {
      throw new RangeError('Unterminated quote');
    }
    text += pattern.slice(at, end);
    if (pattern.charAt(end + 1) !== "'") {
      return { text, end: end + 1 };
    }
    text += "'";
    at = end + 2;
  }
}

function knownLetter(char: string, count: number): PatternLetter {
  const letter = KNOWN.find((known) => known === char);
  if (letter === undefined) {
    throw new RangeError(`Illegal pattern character '${char}'`);
  }
  if (letter === 'X' && count > LONGEST_ISO_ZONE) {
    throw new RangeError(`invalid ISO 8601 format: length=${count}`);
  }
  return letter;
}
