/** Java's POSIX and `java` classes in the terms of JavaScript. */
const CLASSES: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7F',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  XDigit: '0-9a-fA-F',
  Space: ' \\t\\n\\x0B\\f\\r',
  javaLowerCase: '\\p{Ll}',
  javaUpperCase: '\\p{Lu}',
  javaWhitespace: '\\s',
  IsAlphabetic: '\\p{Alphabetic}',
  IsLetter: '\\p{L}',
  IsDigit: '\\p{Nd}',
  IsLatin: '\\p{Script=Latin}',
  IsGreek: '\\p{Script=Greek}',
  IsCyrillic: '\\p{Script=Cyrillic}',
};

/** What a backslash and a letter mean in Java, where JavaScript has it not or otherwise. Those in brackets hold in classes too. */
export const ESCAPES: Readonly<Record<string, string>> = {
  A: '^',
  z: '$',
  Z: '(?=\\n?$)',
  a: '\\x07',
  e: '\\x1B',
  h: '[ \\t\\xA0\\u1680\\u180E\\u2000-\\u200A\\u202F\\u205F\\u3000]',
  H: '[^ \\t\\xA0\\u1680\\u180E\\u2000-\\u200A\\u202F\\u205F\\u3000]',
  R: '(?:\\r\\n|[\\n-\\r\\x85\\u2028\\u2029])',
  s: '[ \\t\\n\\x0B\\f\\r]',
  S: '[^ \\t\\n\\x0B\\f\\r]',
  v: '[\\n-\\r\\x85\\u2028\\u2029]',
  V: '[^\\n-\\r\\x85\\u2028\\u2029]',
  d: '[0-9]',
  D: '[^0-9]',
};

/** The inside of a class for what `\\p{…}` names. */
export function propertySource(name: string): string {
  const known = CLASSES[name];
  if (known !== undefined) {
    return known;
  }
  const bare = name.replace(/^(?:Is|general_category=|gc=)/, '');
  return `\\p{${bare}}`;
}

/** A character given by its code. */
export function codeSource(code: string): string {
  if (code.startsWith('\\x{')) {
    return `\\u${code.slice(2)}`;
  }
  if (code.startsWith('\\0')) {
    return `\\x${Number.parseInt(code.slice(2), 8).toString(16).padStart(2, '0')}`;
  }
  return code;
}

/** A text as it is, inside of a class and outside. */
export function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/\-&!#%,:;<=>@`~]/g, (char) =>
    /[-&!#%,:;<=>@`~]/.test(char) ? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}` : `\\${char}`,
  );
}

/** A character of a class, escaped where the `v` flag wants it. */
export function inClassLiteral(point: string): string {
  return /[()[\]{}/|&!#$%*+,.:;<=>?@`~^]/.test(point)
    ? `\\x${point.charCodeAt(0).toString(16).padStart(2, '0')}`
    : point;
}
