import { ConfigError } from '@millrace/connect-api';
import { UnavailableError } from '@millrace/rest';
import { TopicCheckError } from '@millrace/topic-stores';
import type { Logger } from 'pino';

/** A step of the start, tried again until it succeeds. */
export interface StartStep {
  /** What is being done, as health answers say it: `Reading the config topic connect-configs`. */
  readonly stage: string;
  run(): Promise<void>;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;

/**
 * Takes the steps of the start one after the other, in the background, since the port listens before any broker answers. What
 * cannot be mended by waiting (a topic that is not what it must be) rejects `failed`.
 */
export class Startup {
  readonly failed: Promise<never>;
  readonly #steps: readonly StartStep[];
  readonly #logger: Logger;
  #fail: (error: unknown) => void = () => undefined;
  #stage = '';
  #ready = false;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  constructor(steps: readonly StartStep[], logger: Logger) {
    this.#steps = steps;
    this.#logger = logger;
    this.failed = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    // Whoever waits for it handles it; without them it is no unhandled rejection.
    this.failed.catch(() => undefined);
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** What is being done, or why it does not go on. */
  get stage(): string {
    return this.#stage;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#running;
  }

  /** Throws UnavailableError while the stores have not been read. */
  requireReady(): void {
    if (!this.#ready) {
      throw new UnavailableError(`The gateway is still starting up. ${this.#stage}`);
    }
  }

  async #run(): Promise<void> {
    for (const step of this.#steps) {
      if (!(await this.#complete(step))) {
        return;
      }
    }
    this.#ready = true;
    this.#stage = '';
    this.#logger.info('The gateway has read the topics and is ready');
  }

  /** False when it was stopped, or can never succeed. */
  async #complete(step: StartStep): Promise<boolean> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stopped) {
      this.#stage = `${step.stage}.`;
      try {
        await step.run();
        return true;
      } catch (error) {
        if (error instanceof TopicCheckError || error instanceof ConfigError) {
          this.#fail(error);
          return false;
        }
        const reason = error instanceof Error ? error.message : String(error);
        this.#stage = `${step.stage} failed and is tried again: ${reason}`;
        this.#logger.warn({ err: error, retryMs }, `${step.stage} failed; trying again`);
      }
      await this.#pause(retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    }
    return false;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
