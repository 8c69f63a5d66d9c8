import type { ConfigBackingStore, StatusBackingStore, StatusEntry } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { orphanStatuses } from './orphan-statuses.ts';
import type { Unit, UnitStatus } from './unit.ts';

export interface StatusReporterOptions {
  readonly workerId: string;
  readonly statusStore: StatusBackingStore;
  readonly configStore: Pick<ConfigBackingStore, 'snapshot'>;
  readonly topicTracking: boolean;
  /** The unit of that connector (`task` null) or task, if it is assigned to this worker. */
  readonly ownUnit: (connector: string, task: number | null) => Unit | undefined;
  readonly logger: Logger;
}

const FLUSH_LIMIT_MS = 5_000;
const READ_LIMIT_MS = 10_000;
const LOST_READ_LIMIT_MS = 2_000;
/** In an ordinary move the old owner's last word is followed by the new one's; only what stays wrong is mended. */
const STAYS_WRONG_MS = 500;

/** Writes what units report to the status topic (spec/topics.md section 4), and keeps it true. */
export class StatusReporter {
  readonly #options: StatusReporterOptions;
  /** While the membership is lost: statuses that wait until it is known whose they are. */
  #held: Map<string, StatusEntry> | null = null;
  /** Of the group; statuses carry it. */
  generation = -1;

  constructor(options: StatusReporterOptions) {
    this.#options = options;
    options.statusStore.addListener({
      onStatus: (connector, task, entry, { replayed }) => {
        if (!replayed && entry !== null) {
          this.#onForeignStatus(connector, task, entry);
        }
      },
    });
  }

  report(unit: Unit, status: UnitStatus): void {
    const { workerId, statusStore } = this.#options;
    const { connector, task, key } = unit;
    const entry: StatusEntry = { connector, task, workerId, generation: this.generation, ...status };
    if (this.#held !== null) {
      this.#held.set(key, entry);
    } else if (status.state === 'UNASSIGNED' || status.state === 'FAILED') {
      // These give way to a newer owner's: spec/topics.md section 4.
      statusStore.putSafe(entry);
    } else {
      statusStore.put(entry);
    }
  }

  sawTopic({ connector, task }: Unit, topic: string): void {
    const { statusStore, topicTracking } = this.#options;
    if (topicTracking && task !== null && statusStore.topic(connector, topic) === undefined) {
      statusStore.putTopic({ topic, connector, task, discoverTimestamp: Date.now() });
    }
  }

  /** Removes the topics of connectors that were deleted; their owner does it (spec/topics.md section 4). */
  forgetTopics(connectors: readonly string[]): void {
    const { statusStore, topicTracking } = this.#options;
    for (const connector of topicTracking ? connectors : []) {
      for (const { topic } of statusStore.topics(connector)) {
        statusStore.deleteTopic(connector, topic);
      }
    }
  }

  async flush(): Promise<void> {
    try {
      await this.#options.statusStore.flush(FLUSH_LIMIT_MS);
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'Statuses could not be written in time');
    }
  }

  /**
   * Runs `stop` while the membership is lost. What stops then may run elsewhere by now: only statuses that are still this worker's are
   * written, after everything that others wrote was read.
   */
  async whileLost(stop: () => Promise<void>): Promise<void> {
    const held = new Map<string, StatusEntry>();
    this.#held = held;
    try {
      await stop();
    } finally {
      this.#held = null;
    }
    if (held.size > 0 && (await this.#read(LOST_READ_LIMIT_MS))) {
      for (const entry of held.values()) {
        if (this.#known(entry)?.workerId === this.#options.workerId) {
          this.#options.statusStore.putSafe(entry);
        }
      }
    }
  }

  /**
   * The leader removes statuses of what is gone from the config topic. It reads what others wrote before they joined first, or a late
   * UNASSIGNED of theirs would outlive the tombstone.
   */
  async removeOrphans(): Promise<void> {
    const { statusStore, configStore } = this.#options;
    if (await this.#read(READ_LIMIT_MS)) {
      for (const entry of orphanStatuses(statusStore, configStore.snapshot())) {
        statusStore.put({ ...entry, state: 'DESTROYED' });
      }
    }
  }

  /** A worker that was frozen may say late that something of ours is unassigned: what is true is written again. */
  #onForeignStatus(connector: string, task: number | null, entry: StatusEntry): void {
    const { workerId, ownUnit } = this.#options;
    if (entry.workerId === workerId || ownUnit(connector, task) === undefined) {
      return;
    }
    setTimeout(() => {
      const known = this.#known(entry);
      const stale = known?.state === 'UNASSIGNED' || (known?.generation ?? 0) < this.generation;
      if (known !== undefined && known.workerId !== workerId && stale) {
        ownUnit(connector, task)?.tellAgain();
      }
    }, STAYS_WRONG_MS).unref();
  }

  #known({ connector, task }: Pick<StatusEntry, 'connector' | 'task'>): StatusEntry | undefined {
    const { statusStore } = this.#options;
    return task === null ? statusStore.connector(connector) : statusStore.task(connector, task);
  }

  async #read(limitMs: number): Promise<boolean> {
    try {
      await this.#options.statusStore.read(limitMs);
      return true;
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'Statuses could not be read; some are left as they are');
      return false;
    }
  }
}
