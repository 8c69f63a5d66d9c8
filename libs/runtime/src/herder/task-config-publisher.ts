import type { Props } from '@millrace/connect-api';
import {
  ConnectorNotFoundError,
  StaleTaskConfigsError,
  type ConfigBackingStore,
} from '@millrace/topic-stores';
import type { Logger } from 'pino';

export interface TaskConfigPublisherOptions {
  readonly configStore: ConfigBackingStore;
  readonly logger: Logger;
  /** Computes the task configurations of a connector that runs here. */
  readonly compute: (connector: string) => Promise<readonly Props[]>;
  /** The connector itself could not compute them. */
  readonly onFailure: (connector: string, error: unknown) => void;
}

const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 60_000;

/**
 * Computes and publishes task configurations, per connector one at a time; requests that come meanwhile are served by one
 * more round. What cannot be written is tried again after 250 ms, doubling up to a minute (spec/runtime.md section 2).
 */
export class TaskConfigPublisher {
  readonly #options: TaskConfigPublisherOptions;
  readonly #active = new Map<string, { again: boolean }>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #stopped = false;

  constructor(options: TaskConfigPublisherOptions) {
    this.#options = options;
  }

  request(connector: string): void {
    this.#cancelRetry(connector);
    const active = this.#active.get(connector);
    if (active !== undefined) {
      active.again = true;
      return;
    }
    void this.#run(connector, FIRST_RETRY_MS);
  }

  /** Forgets a connector that no longer runs here. */
  cancel(connector: string): void {
    this.#cancelRetry(connector);
  }

  stop(): void {
    this.#stopped = true;
    for (const connector of this.#timers.keys()) {
      this.#cancelRetry(connector);
    }
  }

  async #run(connector: string, retryMs: number): Promise<void> {
    const round = { again: false };
    this.#active.set(connector, round);
    const outcome = await this.#publish(connector);
    this.#active.delete(connector);
    if (this.#stopped) {
      return;
    }
    if (round.again) {
      void this.#run(connector, FIRST_RETRY_MS);
    } else if (outcome === 'retry') {
      const timer = setTimeout(() => {
        this.#timers.delete(connector);
        void this.#run(connector, Math.min(retryMs * 2, MAX_RETRY_MS));
      }, retryMs);
      this.#timers.set(connector, timer);
    }
  }

  async #publish(connector: string): Promise<'done' | 'retry'> {
    const { configStore, compute, onFailure, logger } = this.#options;
    // The revision is taken before the connector is asked, so that a change in between makes the write fail.
    const revision = configStore.snapshot().revision(connector);
    if (revision === undefined) {
      return 'done';
    }
    let configs: readonly Props[];
    try {
      configs = await compute(connector);
    } catch (error) {
      onFailure(connector, error);
      return 'done';
    }
    try {
      const result = await configStore.write({ kind: 'put-task-configs', connector, configs, revision });
      if (result.written) {
        logger.info({ connector, tasks: configs.length }, 'Published task configurations');
      }
      return 'done';
    } catch (error) {
      if (error instanceof StaleTaskConfigsError || error instanceof ConnectorNotFoundError) {
        logger.debug({ connector }, 'Task configurations were overtaken by a newer configuration');
        return 'done';
      }
      logger.warn({ connector, err: error }, 'Task configurations could not be published; trying again');
      return 'retry';
    }
  }

  #cancelRetry(connector: string): void {
    clearTimeout(this.#timers.get(connector));
    this.#timers.delete(connector);
  }
}
