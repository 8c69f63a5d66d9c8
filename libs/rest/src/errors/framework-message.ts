import { STATUS_CODES } from 'node:http';

/** The message of an error that no handler raised, as `HTTP 405 Method Not Allowed` (spec/rest.md section 1). */
export function frameworkMessage(status: number): string {
  return `HTTP ${status} ${STATUS_CODES[status] ?? 'Error'}`;
}
