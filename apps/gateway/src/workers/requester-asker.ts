import { RequestTimeoutError, type Requester } from '@millrace/topic-stores';
import type { WorkerAnswer, WorkerAsker, WorkerRequest } from './worker-requests.ts';

/** Asks workers through the status topic. */
export class RequesterAsker implements WorkerAsker {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  async ask(request: WorkerRequest): Promise<WorkerAnswer | null> {
    try {
      return await this.#requester.ask(request);
    } catch (error) {
      if (error instanceof RequestTimeoutError) {
        return null;
      }
      throw error;
    }
  }
}
