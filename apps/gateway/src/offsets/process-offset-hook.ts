import { OperationFailedError, RequestTimedOutError } from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';
import { askProcess, ProcessEndedError, ProcessTimeoutError } from '../isolation/ask-process.ts';
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

/** Asks connectors that the gateway has, each in a process of its own (design invariant 7). */
export class ProcessOffsetHook implements OffsetHook {
  readonly #options: ProcessOffsetHookOptions;

  constructor(options: ProcessOffsetHookOptions) {
    this.#options = options;
  }

  async alter(connector: string, config: Props, change: OffsetChange): Promise<boolean> {
    const { pluginPath, workerProps, baseDir } = this.#options;
    const job: OffsetHookJob = { pluginPath, workerProps, baseDir, config, change };
    const result = await this.#ask(connector, job);
    if ('refused' in result) {
      throw new OperationFailedError(result.refused);
    }
    return result.complete;
  }

  async #ask(connector: string, job: OffsetHookJob): Promise<OffsetHookResult> {
    const { timeoutMs } = this.#options;
    try {
      return await askProcess<OffsetHookResult>(this.#options, job);
    } catch (error) {
      if (error instanceof ProcessTimeoutError) {
        throw new RequestTimedOutError(
          `Connector ${connector} did not say within ${timeoutMs} ms whether its offsets may be altered`,
          { cause: error },
        );
      }
      throw error instanceof ProcessEndedError
        ? new OperationFailedError(
            `The process that asked connector ${connector} about its offsets ${error.message}`,
            { cause: error },
          )
        : error;
    }
  }
}
