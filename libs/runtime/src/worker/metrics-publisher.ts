import type { StatusBackingStore } from '@millrace/topic-stores';
import type { TaskMetrics } from '../host/messages.ts';

export interface MetricsPublisherOptions {
  readonly store: StatusBackingStore;
  readonly workerId: string;
  readonly intervalMs: number;
  readonly tasks: () => readonly TaskMetrics[];
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Publishes the counters of all tasks of a worker as one record, `status-metrics-<id>` (design section 4). */
export class MetricsPublisher {
  readonly #options: MetricsPublisherOptions;
  #timer: NodeJS.Timeout | null = null;
  #published = false;

  constructor(options: MetricsPublisherOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.publish();
    }, this.#options.intervalMs);
  }

  /** A worker without tasks says so once, and nothing more. */
  publish(): void {
    const { store, workerId, tasks, now = Date.now } = this.#options;
    const current = tasks();
    if (current.length > 0) {
      store.putOwn('metrics', workerId, { timestamp: now(), tasks: current });
      this.#published = true;
    } else if (this.#published) {
      this.#remove();
    }
  }

  /** Ends it and removes the record. */
  stop(): void {
    if (this.#timer !== null) {
      clearInterval(this.#timer);
    }
    if (this.#published) {
      this.#remove();
    }
  }

  #remove(): void {
    this.#options.store.putOwn('metrics', this.#options.workerId, null);
    this.#published = false;
  }
}
