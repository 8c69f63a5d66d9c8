import { encodeTaskReadings, type TaskReading } from '@millrace/metrics';
import type { StatusBackingStore } from '@millrace/topic-stores';

export interface MetricsPublisherOptions {
  readonly store: StatusBackingStore;
  readonly workerId: string;
  readonly intervalMs: number;
  readonly tasks: () => readonly TaskReading[];
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Publishes what all tasks of a worker measured as one record, `status-metrics-<id>` (design section 4). */
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
    const { store, workerId, intervalMs, tasks, now = Date.now } = this.#options;
    const current = tasks();
    if (current.length > 0) {
      const readings = encodeTaskReadings({ timestamp: now(), intervalMs, tasks: current });
      store.putOwn('metrics', workerId, readings);
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
