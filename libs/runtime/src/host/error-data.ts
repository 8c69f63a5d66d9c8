import { ConfigError, ConnectError, toError } from '@millrace/connect-api';
import { PluginSelectionError } from '@millrace/plugins';
import { TooManyTasksError } from '../connector/task-configs.ts';
import { StageError } from '../errors/stage-error.ts';
import type { ErrorData } from './messages.ts';

/** Makes an error fit to cross a process boundary and to be shown as a status trace, causes included. */
export function errorData(thrown: unknown): ErrorData {
  const error = toError(thrown);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const chain = causes(error);
  return {
    name: error.name,
    message: error.message,
    code,
    trace: `${headline(chain)}${trace(chain)}`,
    restartable: restartable(chain),
  };
}

/** Stack with the chain of causes, as Java prints it. */
export function stackTrace(error: Error): string {
  return trace(causes(error));
}

/** What people look for first: the root cause and where it struck. Empty where the trace begins with it. */
function headline(chain: readonly Error[]): string {
  const root = chain.at(-1);
  if (root === undefined || chain.length === 1) {
    return '';
  }
  const at = chain.find((error) => error instanceof StageError)?.at;
  const [message = ''] = root.message.split('\n');
  return `Root cause: ${root.name}: ${message}${at === undefined ? '' : ` (${at})`}\n`;
}

/** The error and what it was caused by, the root cause last. */
function causes(error: Error): readonly Error[] {
  const chain = new Set<Error>();
  let current: unknown = error;
  while (current instanceof Error && !chain.has(current)) {
    chain.add(current);
    current = current.cause;
  }
  return [...chain];
}

function trace(chain: readonly Error[]): string {
  return chain
    .map((error, index) => {
      const text = error.stack ?? `${error.name}: ${error.message}`;
      return index === 0 ? text : `Caused by: ${text}`;
    })
    .join('\n');
}

/**
 * Who throws a retriable error says that it passes, whatever it was caused by. Of the others, those fail again for certain that follow from the
 * configuration and the plugins there are; of the rest nobody knows.
 */
function restartable(chain: readonly Error[]): boolean {
  if (chain.some((error) => error instanceof ConnectError && error.retriable)) {
    return true;
  }
  return !chain.some((error) =>
    error instanceof HostError
      ? !error.restartable
      : error instanceof ConfigError ||
        error instanceof PluginSelectionError ||
        error instanceof TooManyTasksError,
  );
}

/** An error that came from a task host; its stack is the one over there. */
export class HostError extends Error {
  readonly code: string | null;
  /** As {@link ErrorData.restartable}. */
  readonly restartable: boolean;

  constructor(data: ErrorData) {
    super(data.message);
    this.name = data.name;
    this.code = data.code;
    this.restartable = data.restartable;
    this.stack = data.trace;
  }
}
