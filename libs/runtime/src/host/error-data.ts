import { toError } from '@millrace/connect-api';
import type { ErrorData } from './messages.ts';

/** Makes an error fit to cross a process boundary and to be shown as a status trace, causes included. */
export function errorData(thrown: unknown): ErrorData {
  const error = toError(thrown);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { name: error.name, message: error.message, code, trace: trace(error) };
}

function trace(error: Error): string {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  let current: unknown = error;
  while (current instanceof Error && !seen.has(current)) {
    seen.add(current);
    const text = current.stack ?? `${current.name}: ${current.message}`;
    lines.push(lines.length === 0 ? text : `Caused by: ${text}`);
    current = current.cause;
  }
  return lines.join('\n');
}

/** An error that came from a task host; its stack is the one over there. */
export class HostError extends Error {
  readonly code: string | null;

  constructor(data: ErrorData) {
    super(data.message);
    this.name = data.name;
    this.code = data.code;
    this.stack = data.trace;
  }
}
