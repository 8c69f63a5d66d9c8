import { fork, type ChildProcess } from 'node:child_process';
import { ConnectError } from '@millrace/connect-api';

export interface AskOptions {
  /** The script of the process: it answers one message with one, and ends. */
  readonly entry: string;
  readonly timeoutMs: number;
}

/** The process did not answer in time, and was ended. */
export class ProcessTimeoutError extends ConnectError {
  override readonly code = 'PROCESS_TIMEOUT';
}

/** The process ended without an answer. The message goes on from "the process …". */
export class ProcessEndedError extends ConnectError {
  override readonly code = 'PROCESS_ENDED';
}

const MAX_MEMORY_MB = 256;

/**
 * Runs something of a plugin in a process of its own (design invariant 7), which is told `job` and answers. Both are plain data for structured
 * clone. Throws ProcessTimeoutError, ProcessEndedError.
 */
export function askProcess<Answer>({ entry, timeoutMs }: AskOptions, job: object): Promise<Answer> {
  const child = fork(entry, [], {
    execArgv: [...process.execArgv, `--max-old-space-size=${MAX_MEMORY_MB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.send(job);
  return answerOf(child, timeoutMs);
}

function answerOf<Answer>(child: ChildProcess, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new ProcessTimeoutError(`the process did not answer within ${timeoutMs} ms`));
    }, timeoutMs);
    child.once('message', (answer) => {
      clearTimeout(timer);
      resolve(answer as Answer);
    });
    const ended = (reason: string): void => {
      clearTimeout(timer);
      reject(new ProcessEndedError(reason));
    };
    child.once('error', (error) => {
      ended(`could not be started: ${error.message}`);
    });
    child.once('exit', (code, signal) => {
      ended(signal === null ? `exited with code ${String(code)}` : `was ended by ${signal}`);
    });
  });
}
