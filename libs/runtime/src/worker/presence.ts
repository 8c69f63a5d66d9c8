import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { StoreTimeoutError, type StatusBackingStore } from '@millrace/topic-stores';

/** `status-worker-<id>` (design section 4): who runs under a worker id, and what it has acted upon. */
export interface PresenceRecord {
  /** Differs for every process. */
  readonly incarnation: string;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  /** Names the set of plugins that the worker has. */
  readonly plugins: string;
  /** The config offset that it has acted upon; -1 before any. */
  readonly applied: number;
}

export interface PresenceOptions {
  readonly store: StatusBackingStore;
  readonly workerId: string;
  readonly version: string;
  readonly plugins: string;
  /** Whether a process of this machine lives. */
  readonly isAlive?: (pid: number) => boolean;
}

/** A burst of config records leads to one record here. */
const SETTLE_MS = 100;
const FLUSH_LIMIT_MS = 10_000;

/** What this worker tells of itself, written on change only; and what was told before under its id. */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #predecessor: PresenceRecord | null;
  #record: PresenceRecord;
  #announced: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #removed = false;

  /** The store has been read. */
  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#predecessor = presenceRecordOf(options.store.own('worker', options.workerId));
    this.#record = {
      incarnation: randomUUID(),
      version: options.version,
      host: hostname(),
      pid: process.pid,
      startTime: Date.now(),
      plugins: options.plugins,
      applied: -1,
    };
  }

  /**
   * Whether the process that had this id before is gone. Only one of this machine can be looked at; of any other that is taken for
   * granted, since a restart in place is what happens.
   */
  predecessorDead(): boolean {
    const { isAlive = processLives } = this.#options;
    const before = this.#predecessor;
    return before?.host !== this.#record.host || before.pid === this.#record.pid || !isAlive(before.pid);
  }

  /**
   * Writes the record for the first time; whoever had the id before finds out by it. Resolves when it is in the topic, however long the
   * brokers keep it waiting, or when it is removed.
   */
  announce(): Promise<void> {
    this.#announced ??= this.#announce();
    return this.#announced;
  }

  /** The state of the config topic at this offset has been acted upon. */
  applied(offset: number): void {
    this.#record = { ...this.#record, applied: offset };
    if (this.#announced !== null && this.#timer === null) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#write();
      }, SETTLE_MS);
    }
  }

  /** Whether another process has taken the id over. Throws when the status topic cannot be read. */
  async replaced(): Promise<boolean> {
    await this.#options.store.read();
    return this.#replaced();
  }

  /** Removes the record, unless it is another's by now. */
  remove(): void {
    this.#removed = true;
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
    if (this.#announced !== null && !this.#replaced()) {
      this.#options.store.putOwn('worker', this.#options.workerId, null);
    }
  }

  async #announce(): Promise<void> {
    this.#write();
    while (!this.#removed) {
      try {
        await this.#options.store.flush(FLUSH_LIMIT_MS);
        return;
      } catch (error) {
        if (!(error instanceof StoreTimeoutError)) {
          throw error;
        }
      }
    }
  }

  #write(): void {
    if (this.#announced === null || !this.#replaced()) {
      this.#options.store.putOwn('worker', this.#options.workerId, this.#record);
    }
  }

  #replaced(): boolean {
    const { store, workerId } = this.#options;
    const known = presenceRecordOf(store.own('worker', workerId));
    const mine = this.#record.incarnation;
    return (
      known !== null && known.incarnation !== mine && known.incarnation !== this.#predecessor?.incarnation
    );
  }
}

/** null where the record is none. */
function presenceRecordOf(value: unknown): PresenceRecord | null {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Partial<PresenceRecord>;
  return typeof fields.incarnation === 'string' ? (fields as PresenceRecord) : null;
}

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
