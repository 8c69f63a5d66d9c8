import { decodeTaskReadings, type TaskReading } from '@millrace/metrics';

/** A task that stalls, and why. */
export interface Stall {
  readonly connector: string;
  readonly task: number;
  readonly reason: string;
}

/** What a worker's new readings say of stalls: those that began, or have another reason, and those that are over. */
export interface StallChange {
  readonly begun: readonly Stall[];
  readonly ended: readonly Stall[];
}

interface Readings {
  readonly tasks: ReadonlyMap<string, TaskReading>;
  /** On the clock of this process, since those of workers may differ. */
  readonly validUntil: number;
}

/** So many times what a worker promised may pass before its last readings say nothing any more. */
const MISSED_RECORDS = 3;

/** What workers last published of their tasks' metrics (`status-metrics-<workerId>`). */
export class WorkerReadings {
  readonly #now: () => number;
  readonly #byWorker = new Map<string, Readings>();

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Applies the value of a record, null for a tombstone. */
  take(worker: string, value: unknown): StallChange {
    const before = this.#byWorker.get(worker)?.tasks ?? new Map<string, TaskReading>();
    const readings = decodeTaskReadings(value);
    const tasks = new Map((readings?.tasks ?? []).map((task) => [keyOf(task), task]));
    if (readings === null) {
      this.#byWorker.delete(worker);
    } else {
      const validUntil = this.#now() + MISSED_RECORDS * readings.intervalMs;
      this.#byWorker.set(worker, { tasks, validUntil });
    }
    return {
      begun: [...tasks].flatMap(([key, task]) =>
        task.stalled === before.get(key)?.stalled ? [] : (stallOf(task) ?? []),
      ),
      ended: [...before].flatMap(([key, task]) =>
        (tasks.get(key)?.stalled ?? null) === null ? (stallOf(task) ?? []) : [],
      ),
    };
  }

  /** What a worker's task last measured; null where the worker has not told lately. */
  of(worker: string, connector: string, task: number): TaskReading | null {
    const readings = this.#byWorker.get(worker);
    return readings !== undefined && this.#now() <= readings.validUntil
      ? (readings.tasks.get(keyOf({ connector, task })) ?? null)
      : null;
  }
}

function stallOf({ connector, task, stalled }: TaskReading): Stall | null {
  return stalled === null ? null : { connector, task, reason: stalled };
}

function keyOf({ connector, task }: { readonly connector: string; readonly task: number }): string {
  return `${task} ${connector}`;
}
