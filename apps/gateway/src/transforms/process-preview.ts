import { PluginSelectionError, type PluginRegistry } from '@millrace/plugins';
import { BadRequestError, OperationFailedError, RequestTimedOutError } from '@millrace/rest';
import type { PreviewJob } from '@millrace/runtime';
import { askProcess, ProcessEndedError, ProcessTimeoutError } from '../isolation/ask-process.ts';
import type { OwnPreview } from './own-preview.ts';
import type { PreviewProcessAnswer, PreviewProcessJob } from './preview-messages.ts';

export interface ProcessPreviewOptions {
  /** The script of the processes, which calls `runPreview`. */
  readonly entry: string;
  readonly pluginPath: readonly string[];
  readonly registry: PluginRegistry;
  readonly timeoutMs: number;
}

/** Tries transforms in a process for each preview (design invariant 7). */
export class ProcessPreview implements OwnPreview {
  readonly #options: ProcessPreviewOptions;

  constructor(options: ProcessPreviewOptions) {
    this.#options = options;
  }

  has(className: string): boolean {
    try {
      this.#options.registry.find(className, ['transformation', 'predicate']);
      return true;
    } catch (error) {
      if (error instanceof PluginSelectionError) {
        return false;
      }
      throw error;
    }
  }

  async run(job: PreviewJob): Promise<string> {
    const told: PreviewProcessJob = { pluginPath: this.#options.pluginPath, job };
    const answer = await this.#ask(told);
    if ('refused' in answer) {
      throw new BadRequestError(answer.refused);
    }
    return answer.records;
  }

  async #ask(told: PreviewProcessJob): Promise<PreviewProcessAnswer> {
    try {
      return await askProcess<PreviewProcessAnswer>(this.#options, told);
    } catch (error) {
      if (error instanceof ProcessTimeoutError) {
        const { timeoutMs } = this.#options;
        throw new RequestTimedOutError(`The transforms did not end within ${timeoutMs} ms`, { cause: error });
      }
      throw error instanceof ProcessEndedError
        ? new OperationFailedError(`The process that ran the transforms ${error.message}`, { cause: error })
        : error;
    }
  }
}
