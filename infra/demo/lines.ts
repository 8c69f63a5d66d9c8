import { existsSync, readFileSync } from 'node:fs';

/** Lines of a text, whatever ends them; an unfinished last one counts. */
export function linesIn(text: string): readonly string[] {
  const lines = text.split(/\r\n|\r|\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** Lines of a file; none when it is not there. */
export function linesOf(file: string): readonly string[] {
  return existsSync(file) ? linesIn(readFileSync(file, 'utf8')) : [];
}

/** The text of a file with these lines. */
export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Where two lists of lines differ, in words; null when they do not. */
export function difference(expected: readonly string[], actual: readonly string[]): string | null {
  const length = Math.max(expected.length, actual.length);
  for (let index = 0; index < length; index += 1) {
    if (expected[index] !== actual[index]) {
      return `line ${index + 1} is ${shown(actual[index])} and should be ${shown(expected[index])}`;
    }
  }
  return null;
}

function shown(line: string | undefined): string {
  return line === undefined ? 'missing' : JSON.stringify(line.slice(0, 60));
}
