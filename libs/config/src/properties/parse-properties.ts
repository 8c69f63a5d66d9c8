import { ConfigError } from '@millrace/connect-api';

/** One entry of a properties text: the line (from 1) on which its key begins. */
export interface PropertiesEntry {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/**
 * The entries of a text in Java's properties grammar, in order, with repetitions: `key=value`, `key: value` or `key value`; lines that
 * end in a backslash go on; `#` and `!` begin comments; `\t \n \r \f \uXXXX` and any other escaped character. Throws ConfigError for a
 * malformed `\u`, with the line.
 */
export function parseEntries(text: string, path: string): PropertiesEntry[] {
  return logicalLines(text.replace(/^\uFEFF/, '')).map((logical) => entry(logical, path));
}

/** Joins continued lines, drops blank ones and comments. */
function logicalLines(text: string): LogicalLine[] {
  const result: LogicalLine[] = [];
  let open: LogicalLine | null = null;
  for (const [index, natural] of text.split(/\r\n|\n|\r/).entries()) {
    const line = natural.replace(/^[ \t\f]+/, '');
    // In a continuation these are text, except after a line that had nothing but its backslash.
    const nothing = line === '' || line.startsWith('#') || line.startsWith('!');
    if (nothing && (open === null || open.text === '')) {
      open = null;
      continue;
    }
    const current: LogicalLine =
      open === null ? { text: line, line: index + 1 } : { ...open, text: open.text + line };
    if (continues(line)) {
      open = { ...current, text: current.text.slice(0, -1) };
    } else {
      result.push(current);
      open = null;
    }
  }
  return open === null ? result : [...result, open];
}

/** Whether a line ends in an odd number of backslashes. */
function continues(line: string): boolean {
  return (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;
}

function entry({ text, line }: LogicalLine, path: string): PropertiesEntry {
  const key = /^(?:\\.|[^\\=: \t\f])*/s.exec(text)?.[0] ?? '';
  const value = text.slice(key.length).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '');
  return { key: unescape(key, path, line), value: unescape(value, path, line), line };
}

const CONTROL: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescape(text: string, path: string, line: number): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.|$)/gs, (_match, escaped: string) => {
    if (escaped.length === 5) {
      return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    }
    if (escaped === 'u') {
      throw new ConfigError(
        `${path}, line ${line}: a \\u is not followed by four hexadecimal digits; write \\\\u for a backslash and a u`,
      );
    }
    return CONTROL[escaped] ?? escaped;
  });
}
