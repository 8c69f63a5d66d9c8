import {
  ConnectorNotFoundError,
  StaleTaskConfigsError,
  type ConfigBackingStore,
} from '@millrace/topic-stores';
import type { Props } from '@millrace/connect-api';
import type { Logger } from 'pino';
import { HostError } from '../host/error-data.ts';

/** Task configurations, and the revision of the connector's configuration that they follow from. */
export interface ComputedTaskConfigs {
  readonly configs: readonly Props[];
  readonly revision: number;
}

export interface TaskConfigPublisherOptions {
  readonly configStore: Pick<ConfigBackingStore, 'write'>;
  readonly logger: Logger;
  /** Asks a connector that runs here. */
  readonly compute: (connector: string) => Promise<ComputedTaskConfigs>;
}

const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 60_000;

/**
 * Computes and publishes task configurations, per connector one at a time; requests that come meanwhile are served by one
 * more round. What cannot be computed now or written is tried again after 250 ms, doubling up to a minute (spec/runtime.md section 2).
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
    if (this.#stopped) {
      return;
    }
    this.cancel(connector);
    const active = this.#active.get(connector);
    if (active === undefined) {
      void this.#run(connector, FIRST_RETRY_MS);
    } else {
      active.again = true;
    }
  }

  /** Forgets the retry of a connector that no longer runs here. */
  cancel(connector: string): void {
    clearTimeout(this.#timers.get(connector));
    this.#timers.delete(connector);
  }

  stop(): void {
    this.#stopped = true;
    for (const connector of this.#timers.keys()) {
      this.cancel(connector);
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
    const { configStore, compute, logger } = this.#options;
    let computed: ComputedTaskConfigs;
    try {
      computed = await compute(connector);
    } catch (error) {
      if (error instanceof HostError && error.code === 'RETRIABLE') {
        logger.warn({ connector, err: error }, 'Task configurations could not be computed; trying again');
        return 'retry';
      }
      // Whatever else it is, the connector does not run any more, or is FAILED and says why.
      logger.debug({ connector, err: error }, 'Task configurations could not be computed');
      return 'done';
    }
    try {
      const { configs, revision } = computed;
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
}
