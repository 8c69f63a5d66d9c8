import { randomUUID } from 'node:crypto';
import { KafkaError, ProducerFencedError, UnknownOutcomeError, type TransactionalLogWriter } from '@millrace/kafka';
import type { Logger } from 'pino';
import { StoreTimeoutError } from '../errors.ts';
import type { ClusterConfigState } from './cluster-config-state.ts';
import type { ConfigFold } from './config-fold.ts';
import { encodeConfigRecord, type ConfigRecord, type RawRecord } from './config-records.ts';
import type { ConfigWrite, ConfigWriteResult } from './config-write.ts';
import { recordsOf } from './write-rules.ts';

/** Names the write in a record header, which the JVM does not read: how a writer finds out that its batch got through. */
export const OPERATION_HEADER = 'millrace.op';

/** The most writes that go into one transaction. */
const MAX_GROUP = 500;
const BACKOFF_MS = 100;

/** The view of the topic that the writer decides on. */
export interface ConfigView {
  /** Reads to the end, as it is after the call. */
  readToEnd(timeoutMs: number): Promise<void>;
  /** Where the next record goes. */
  position(): number;
  fold(): ConfigFold;
  snapshot(): ClusterConfigState;
  /** Whether a record of this operation has been read. */
  hasOperation(operation: string): boolean;
  /** Records that hide committed ones from readers of uncommitted data since the last look (design section 5). */
  hiddenRecords(): Promise<readonly RawRecord[]>;
}

export interface CompareAndAppendOptions {
  readonly view: ConfigView;
  readonly writer: TransactionalLogWriter;
  readonly logger: Logger;
  readonly random?: () => number;
}

interface Queued {
  readonly write: ConfigWrite;
  readonly operation: string;
  readonly enqueuedAt: number;
  readonly deadline: number;
  readonly timeoutMs: number;
  readonly resolve: (result: ConfigWriteResult) => void;
  readonly reject: (error: unknown) => void;
}

/** A write of a group, decided on and about to be appended. */
interface Decided {
  readonly queued: Queued;
  readonly records: readonly ConfigRecord[];
  readonly created: boolean;
}

/**
 * The compare-and-append writer of the config topic (design section 5, invariant 2). A transactional epoch is the lease: while
 * nobody fenced it, nobody else wrote by it, so preconditions are checked against what was read, and what waits is appended in
 * one transaction. Foreign records show in the base offset. What is refused is refused on a state read to the end.
 */
export class CompareAndAppend {
  readonly #options: CompareAndAppendOptions;
  readonly #random: () => number;
  #queue: Queued[] = [];
  #running: Promise<void> | null = null;
  /** When the read that the current view rests on began. */
  #readAt = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(options: CompareAndAppendOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  /** Resolves when the write was read back committed. */
  write(write: ConfigWrite, timeoutMs: number): Promise<ConfigWriteResult> {
    if (this.#stopped) {
      return Promise.reject(new StoreTimeoutError('The config store is stopped'));
    }
    return new Promise((resolve, reject) => {
      const now = performance.now();
      const operation = randomUUID();
      this.#queue.push({ write, operation, enqueuedAt: now, deadline: now + timeoutMs, timeoutMs, resolve, reject });
      this.#running ??= this.#drain().finally(() => {
        this.#running = null;
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    await this.#options.writer.close();
  }

  async #drain(): Promise<void> {
    // Writes that arrive in the same turn share a transaction.
    await Promise.resolve();
    let attempt = 0;
    while (this.#queue.length > 0) {
      this.#expire();
      try {
        await this.#group();
        attempt = 0;
      } catch (error) {
        attempt += 1;
        await this.#afterFailure(error, attempt);
      }
    }
  }

  /** Appends what waits as one transaction. Throws when that could not be done, with the writes still in the queue. */
  async #group(): Promise<void> {
    const { view, writer } = this.#options;
    if (!writer.initialised) {
      await this.#takeLease();
    }
    const group = this.#decide();
    if (group.length === 0) {
      // All that is left must be refused, or needs no write: only a state that is fresh enough proves that.
      if (this.#queue.length > 0) {
        await this.#refresh();
        this.#settle();
      }
      return;
    }
    const records = group.flatMap(({ queued, records: own }) =>
      own.map((record) => ({
        ...encodeConfigRecord(record),
        headers: [{ key: OPERATION_HEADER, value: Buffer.from(queued.operation) }],
      })),
    );
    const expected = view.position();
    const { baseOffset } = await writer.append(records);
    if (baseOffset !== expected) {
      // Somebody wrote without a transaction: what was decided may no longer hold.
      await writer.abort();
      await this.#refresh();
      return;
    }
    await writer.commit();
    await this.#readBack(baseOffset + records.length);
    this.#acknowledge(group);
  }

  /** Evaluates the queue in order, each write on what those before it leave; stops at the first that cannot be decided on. */
  #decide(): readonly Decided[] {
    const scratch = this.#options.view.fold().copy();
    const decided: Decided[] = [];
    let offset = this.#options.view.position();
    for (const queued of this.#queue.slice(0, MAX_GROUP)) {
      let records: readonly ConfigRecord[];
      const state = scratch.snapshot();
      try {
        records = recordsOf(queued.write, state);
      } catch {
        // Refused: to be confirmed by #settle once it is first in the queue.
        break;
      }
      if (records.length === 0) {
        break;
      }
      const created = queued.write.kind === 'create-connector' || !state.contains(queued.write.connectorName);
      for (const record of records) {
        scratch.apply(record, offset);
        offset += 1;
      }
      decided.push({ queued, records, created });
    }
    return decided;
  }
}
