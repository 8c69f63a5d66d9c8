import { MalformedBodyError } from '../errors/rest-error.ts';

/** As Jackson's limit is: deeper bodies are refused before anything recursive sees them. */
const MAX_DEPTH = 1000;

const SPACE = /\s*/y;
const SCALAR = /[^\s,\]}]+/y;

/**
 * The text of the first JSON value: what comes after it is ignored, as the JVM does. A value that does not end is returned as
 * it is, for the parser to complain about.
 */
export function firstJsonValue(text: string): string {
  const start = matchAt(SPACE, text, text.startsWith('\uFEFF') ? 1 : 0);
  switch (text[start]) {
    case '{':
    case '[':
      return text.slice(start, endOfContainer(text, start));
    case '"':
      return text.slice(start, endOfString(text, start));
    case undefined:
    default:
      return text.slice(start, Math.max(start, matchAt(SCALAR, text, start)));
  }
}

function endOfContainer(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    switch (text[at]) {
      case '"':
        at = endOfString(text, at);
        continue;
      case '{':
      case '[':
        depth += 1;
        if (depth > MAX_DEPTH) {
          throw new MalformedBodyError(`The JSON body is nested deeper than ${MAX_DEPTH} levels`);
        }
        break;
      case '}':
      case ']':
        depth -= 1;
        if (depth === 0) {
          return at + 1;
        }
        break;
      case undefined:
      default:
    }
    at += 1;
  }
  return text.length;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    if (text[at] === '\\') {
      at += 2;
    } else if (text[at] === '"') {
      return at + 1;
    } else {
      at += 1;
    }
  }
  return text.length;
}

/** Where a match that begins at `from` ends; `from` when there is none. */
function matchAt(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
