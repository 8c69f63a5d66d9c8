import { Sensor } from '@millrace/metrics';
import type { StallReason } from './progress-watch.ts';
import { TaskMeasures, type TaskMeasuresOptions } from './task-measures.ts';

/** How far a source task's records are. */
export interface SourceProgress {
  readonly polled: number;
  readonly written: number;
  /** Sent, and not acknowledged yet. */
  readonly active: number;
}

/** What a source task measures. */
export class SourceMeasures {
  readonly task: TaskMeasures;
  readonly #polled: Sensor;
  readonly #written: Sensor;
  readonly #pollTimes: Sensor;
  readonly #active: Sensor;

  constructor(options: TaskMeasuresOptions) {
    this.task = new TaskMeasures(options);
    this.#polled = new Sensor(options);
    this.#written = new Sensor(options);
    this.#pollTimes = new Sensor(options);
    this.#active = new Sensor(options);
  }

  pollBegins(): void {
    this.task.watch.enter('poll');
  }

  /** `records`: how many it gave; null: nothing, or an error. */
  pollEnded(records: number | null): void {
    const ms = this.task.watch.leave();
    if (records !== null) {
      this.#pollTimes.record(ms);
      this.#polled.record(records);
      this.task.batches.record(records);
    }
  }

  /** A batch was handed to the producer; `active` as of then. */
  sent(active: number): void {
    this.#active.record(active);
  }

  /** Attributes of `connector-task-metrics` and `source-task-metrics`; records written are counted between two calls. */
  values({ polled, written, active }: SourceProgress): Readonly<Record<string, number>> {
    this.#written.record(written - this.#written.total);
    this.#active.record(active);
    return {
      ...this.task.values(),
      'source-record-poll-total': polled,
      'source-record-poll-rate': this.#polled.rate(),
      'source-record-write-total': written,
      'source-record-write-rate': this.#written.rate(),
      'poll-batch-max-time-ms': this.#pollTimes.max(),
      'poll-batch-avg-time-ms': this.#pollTimes.average(),
      'source-record-active-count': active,
      'source-record-active-count-max': this.#active.max(),
      'source-record-active-count-avg': this.#active.average(),
    };
  }

  /** `outstanding`: whether records wait to be acknowledged; `done`: a number that grows when some are. */
  stalled(outstanding: boolean, done: number): StallReason | null {
    return this.task.watch.stalled(outstanding ? { reason: 'acknowledgement', mark: done } : null);
  }
}
