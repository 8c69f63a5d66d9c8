import { Sensor } from '@millrace/metrics';
import type { StallReason } from './progress-watch.ts';
import { TaskMeasures, type TaskMeasuresOptions } from './task-measures.ts';

/** How far a sink task is, where its runner knows and its measures do not. */
export interface SinkProgress {
  /** Read, and not committed yet. */
  readonly active: number;
  readonly partitions: number;
  /** Number of the last commit. */
  readonly sequence: number;
  /** NaN: not known. */
  readonly lag: number;
}

/** What a sink task measures. */
export class SinkMeasures {
  readonly task: TaskMeasures;
  readonly #read: Sensor;
  readonly #sent: Sensor;
  readonly #putTimes: Sensor;
  readonly #active: Sensor;
  readonly #completed: Sensor;
  readonly #skipped: Sensor;
  /** Puts that brought the task further. */
  #steps = 0;

  constructor(options: TaskMeasuresOptions) {
    this.task = new TaskMeasures(options);
    this.#read = new Sensor(options);
    this.#sent = new Sensor(options);
    this.#putTimes = new Sensor(options);
    this.#active = new Sensor(options);
    this.#completed = new Sensor(options);
    this.#skipped = new Sensor(options);
  }

  /** Records that a poll of the consumer gave. */
  read(records: number): void {
    this.#read.record(records);
  }

  putBegins(): void {
    this.task.watch.enter('put');
  }

  /** `put` has returned. `batches`: how many fetched ones it completed, of which all records may have been left out. */
  putDone(records: number, batches: number): void {
    this.#putTimes.record(this.task.watch.leave());
    this.#sent.record(records);
    this.task.batches.record(records);
    if (batches > 0) {
      this.#steps += 1;
    }
  }

  putFailed(): void {
    this.task.watch.leave();
  }

  commitDone(ms: number): void {
    this.task.commits.succeeded(ms);
    this.#completed.record(1);
  }

  /** It was answered after a newer one was sent. */
  commitSkipped(): void {
    this.#skipped.record(1);
  }

  /** Attributes of `connector-task-metrics` and `sink-task-metrics`. Records that are active are counted when this is called. */
  values({ active, partitions, sequence, lag }: SinkProgress): Readonly<Record<string, number>> {
    this.#active.record(active);
    return {
      ...this.task.values(),
      'sink-record-read-total': this.#read.total,
      'sink-record-read-rate': this.#read.rate(),
      'sink-record-send-total': this.#sent.total,
      'sink-record-send-rate': this.#sent.rate(),
      'sink-record-lag-max': lag,
      'partition-count': partitions,
      'offset-commit-seq-no': sequence,
      'offset-commit-completion-total': this.#completed.total,
      'offset-commit-completion-rate': this.#completed.rate(),
      'offset-commit-skip-total': this.#skipped.total,
      'offset-commit-skip-rate': this.#skipped.rate(),
      'put-batch-max-time-ms': this.#putTimes.max(),
      'put-batch-avg-time-ms': this.#putTimes.average(),
      'sink-record-active-count': active,
      'sink-record-active-count-max': this.#active.max(),
      'sink-record-active-count-avg': this.#active.average(),
    };
  }

  /** `lag`: records that the task could be given now, those of paused partitions not counted; NaN: not known. */
  stalled(lag: number): StallReason | null {
    return this.task.watch.stalled(lag > 0 ? { reason: 'lag', mark: this.#steps } : null);
  }
}
