import { requestRecordOf, type StatusBackingStore } from '@millrace/topic-stores';
import type { Logger } from 'pino';

export interface LeftoverSweepOptions {
  readonly store: Pick<StatusBackingStore, 'allOwn' | 'putOwn'>;
  /** Ids of the workers in the group now. */
  readonly members: () => Promise<ReadonlySet<string>>;
  /** One sweeps for all. */
  readonly isLeader: () => boolean;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

const INTERVAL_MS = 60_000;
/** A worker may be away for a while, e.g. to be upgraded, and is still to be seen as a worker that is missing. */
const ABSENT_WORKER_MS = 15 * 60_000;
/** Whoever asked is gone, or would have removed it. */
const OVERDUE_MS = 60_000;

/**
 * Who writes a record of our own removes it when it is over (design invariant 1), but a process that was killed cannot: the group's
 * leader removes what such processes left behind.
 */
export class LeftoverSweep {
  readonly #options: LeftoverSweepOptions;
  /** Since when this leader has seen each record to be left over, by kind and id. */
  readonly #seen = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: LeftoverSweepOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      void this.sweep();
    }, INTERVAL_MS).unref();
  }

  stop(): void {
    if (this.#timer !== null) {
      clearInterval(this.#timer);
    }
  }

  /** One round; never throws. */
  async sweep(): Promise<void> {
    const { members, isLeader, logger } = this.#options;
    if (!isLeader()) {
      this.#seen.clear();
      return;
    }
    try {
      this.#sweepWorkers(await members());
      this.#sweepRequests();
    } catch (error) {
      logger.warn({ err: error }, 'Records that ended processes left behind could not be looked for');
    }
  }

  #sweepWorkers(members: ReadonlySet<string>): void {
    for (const [kind, patienceMs] of [
      ['metrics', 0],
      ['worker', ABSENT_WORKER_MS],
    ] as const) {
      for (const id of this.#options.store.allOwn(kind).keys()) {
        this.#removeAfter(patienceMs, kind, id, !members.has(id));
      }
    }
  }

  #sweepRequests(): void {
    const { store, now = Date.now } = this.#options;
    const requests = store.allOwn('request');
    for (const [id, value] of requests) {
      const deadline = requestRecordOf(value)?.deadline ?? 0;
      if (deadline + OVERDUE_MS < now()) {
        store.putOwn('request', id, null);
        store.putOwn('answer', id, null);
      }
    }
    for (const id of store.allOwn('answer').keys()) {
      this.#removeAfter(OVERDUE_MS, 'answer', id, !requests.has(id));
    }
  }

  #removeAfter(patienceMs: number, kind: 'metrics' | 'worker' | 'answer', id: string, over: boolean): void {
    const { store, now = Date.now } = this.#options;
    const key = `${kind} ${id}`;
    if (!over) {
      this.#seen.delete(key);
      return;
    }
    const since = this.#seen.get(key) ?? now();
    this.#seen.set(key, since);
    if (now() - since >= patienceMs) {
      store.putOwn(kind, id, null);
      this.#seen.delete(key);
    }
  }
}
