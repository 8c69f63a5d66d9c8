import { fork, type ChildProcess } from 'node:child_process';
import { OperationFailedError, RequestTimedOutError } from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';
import type { OffsetChange, OffsetHook } from './offset-hook.ts';
import type { OffsetHookJob, OffsetHookResult } from './offset-hook-messages.ts';

export interface ProcessOffsetHookOptions {
  /** The script of the processes, which calls `runOffsetHook`. */
  readonly entry: string;
  readonly pluginPath: readonly string[];
  readonly workerProps: Readonly<Record<string, string>>;
  /** Where relative paths in references start. */
  readonly baseDir: string;
  readonly timeoutMs: number;
}

const MAX_MEMORY_MB = 256;

/** Asks connectors that the gateway has, each in a process of its own (design invariant 7). */
export class ProcessOffsetHook implements OffsetHook {
  readonly #options: ProcessOffsetHookOptions;

  constructor(options: ProcessOffsetHookOptions) {
    this.#options = options;
  }

  async alter(connector: string, config: Props, change: OffsetChange): Promise<boolean> {
    const { entry, timeoutMs, pluginPath, workerProps, baseDir } = this.#options;
    const child = fork(entry, [], {
      execArgv: [...process.execArgv, `--max-old-space-size=${MAX_MEMORY_MB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const job: OffsetHookJob = { pluginPath, workerProps, baseDir, config, change };
    child.send(job);
    const result = await answerOf(child, connector, timeoutMs);
    if ('refused' in result) {
      throw new OperationFailedError(result.refused);
    }
    return result.complete;
  }
}

function answerOf(child: ChildProcess, connector: string, timeoutMs: number): Promise<OffsetHookResult> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new RequestTimedOutError(
          `Connector ${connector} did not say within ${timeoutMs} ms whether its offsets may be altered`,
        ),
      );
    }, timeoutMs);
    child.once('message', (result) => {
      clearTimeout(timer);
      resolve(result as OffsetHookResult);
    });
    const failed = (reason: string): void => {
      clearTimeout(timer);
      reject(
        new OperationFailedError(`The process that asked connector ${connector} about its offsets ${reason}`),
      );
    };
    child.once('error', (error) => {
      failed(`could not be started: ${error.message}`);
    });
    child.once('exit', (code, signal) => {
      failed(signal === null ? `exited with code ${String(code)}` : `was ended by ${signal}`);
    });
  });
}
