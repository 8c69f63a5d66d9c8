import { ConnectError } from '@millrace/connect-api';

interface SystemError extends Error {
  readonly code: string;
  readonly address?: string;
  readonly port?: number;
}

/**
 * What to tell someone whose process did not start. An error that was made for people (a ConnectError, a port in use) is one line; for
 * anything else the stack is what helps.
 */
export function startFailure(thrown: unknown): string {
  if (thrown instanceof ConnectError) {
    return withCauses(thrown);
  }
  if (isSystemError(thrown)) {
    switch (thrown.code) {
      case 'EADDRINUSE':
        return `Port ${String(thrown.port)} is in use already; set another one in 'listeners' or 'rest.port'`;
      case 'EACCES':
        if (thrown.port !== undefined) {
          return `Port ${String(thrown.port)} may not be used by this user; set one above 1023 in 'listeners' or 'rest.port'`;
        }
        break;
      case 'EADDRNOTAVAIL':
        return `This machine has no address ${thrown.address ?? ''}; mend 'listeners' or 'rest.host.name'`;
    }
  }
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

function withCauses(error: Error): string {
  const parts = [error.message];
  let cause = error.cause;
  while (cause instanceof Error && parts.length < 5) {
    if (!parts.some((part) => part.includes((cause as Error).message))) {
      parts.push(cause.message);
    }
    cause = cause.cause;
  }
  return parts.join(': ');
}

function isSystemError(thrown: unknown): thrown is SystemError {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string';
}
