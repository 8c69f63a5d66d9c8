import { toError } from '@millrace/connect-api';

interface Task {
  readonly run: () => Promise<void>;
  readonly done: () => void;
}

/**
 * What must happen inside `poll`, since the application is single-minded: group rounds go on in the background, post their
 * callbacks here, and wait until they have run.
 */
export class PollTasks {
  readonly #onPosted: () => void;
  readonly #waiting: Task[] = [];
  #closed = false;

  constructor(onPosted: () => void) {
    this.#onPosted = onPosted;
  }

  get pending(): boolean {
    return this.#waiting.length > 0;
  }

  /** Resolves when the task has run or was called off; what it throws is thrown by `runAll`. */
  post(run: () => Promise<void>): Promise<void> {
    if (this.#closed) {
      return Promise.resolve();
    }
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#waiting.push({
      run,
      done: () => {
        resolve(undefined);
      },
    });
    this.#onPosted();
    return promise;
  }

  /** Runs what was posted, in order, all of it; then throws the first error. */
  async runAll(): Promise<void> {
    let failure: Error | null = null;
    for (let task = this.#waiting.shift(); task !== undefined; task = this.#waiting.shift()) {
      try {
        await task.run();
      } catch (error) {
        failure ??= toError(error);
      }
      task.done();
    }
    if (failure !== null) {
      throw failure;
    }
  }

  /** Calls off what waits. */
  cancel(): void {
    for (const { done } of this.#waiting.splice(0)) {
      done();
    }
  }

  /** Calls off what waits, and whatever is posted from now on. */
  close(): void {
    this.#closed = true;
    this.cancel();
  }
}
