import { randomUUID } from 'node:crypto';
import { toError } from '@millrace/connect-api';
import { ErrorCode, KafkaError, ProducerFencedError, type TransactionalLogWriter } from '@millrace/kafka';
import type { Logger } from 'pino';
import { StoreTimeoutError } from '../errors.ts';
import type { ClusterConfigState } from './cluster-config-state.ts';
import type { ConfigTail } from './config-tail.ts';
import type { ConfigWrite, ConfigWriteResult } from './config-write.ts';
import { HiddenKeys } from './hidden-keys.ts';
import type { UncommittedReader } from './uncommitted-reader.ts';
import { batchesOf, decideGroup, type Append, type Operation, type Verdict } from './write-group.ts';
import { WriteQueue, type Queued } from './write-queue.ts';
import { recordsOf } from './write-rules.ts';

export interface CompareAndAppendOptions {
  readonly tail: ConfigTail;
  readonly writer: TransactionalLogWriter;
  readonly uncommitted: UncommittedReader;
  readonly logger: Logger;
  /** For jitter; from 0 to 1. */
  readonly random?: () => number;
}

/** The most writes that go into one transaction. */
const MAX_GROUP = 500;
const FIRST_BATCH_BYTES = 512 * 1024;
const STEP_LIMIT_MS = 10_000;
const JITTER_MS = 100;
const MAX_BACKOFF_MS = 2_000;
/** A lease that is lost so soon after it was used is contended. */
const IN_USE_MS = 200;
const OPEN_TRANSACTION_LIMIT_MS = 1_000;
const OPEN_TRANSACTION_POLL_MS = 5;
const RESTORE_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;

/** Kafka's errors that the same write will meet again. */
const LASTING: ReadonlySet<number | undefined> = new Set<number>([
  ErrorCode.TOPIC_AUTHORIZATION_FAILED,
  31, // CLUSTER_AUTHORIZATION_FAILED
  35, // UNSUPPORTED_VERSION
  50, // INVALID_TRANSACTION_TIMEOUT
  53, // TRANSACTIONAL_ID_AUTHORIZATION_FAILED
  58, // SASL_AUTHENTICATION_FAILED
  87, // INVALID_RECORD
]);
const TOO_LARGE: ReadonlySet<number | undefined> = new Set<number>([
  ErrorCode.MESSAGE_TOO_LARGE,
  ErrorCode.RECORD_LIST_TOO_LARGE,
]);

/** A group that was begun; until it is known what became of it, none of its writes may be begun again. */
interface Attempt {
  readonly appends: readonly Append<Queued>[];
  /** The most records that one batch holds. */
  readonly batch: number;
}

/**
 * The compare-and-append writer of the config topic (design section 5, invariant 2). A transactional epoch is the lease: while
 * nobody fenced it, nobody else wrote by it, so preconditions are checked against what was read, and what waits is appended in
 * one transaction. Foreign records show in the base offset. What is refused is refused on a state that was the newest at some
 * time after the request.
 */
export class CompareAndAppend {
  readonly #options: CompareAndAppendOptions;
  readonly #random: () => number;
  readonly #queue: WriteQueue;
  readonly #hidden: HiddenKeys;
  #running: Promise<void> | null = null;
  #attempt: Attempt | null = null;
  /** Where the log ends by what this writer has done itself: the markers of its transactions may not have been read yet. */
  #ownEnd = 0;
  /** Whether the transaction that is open now may well be the last attempt's own. */
  #leftOpen = false;
  #usedAt = Number.NEGATIVE_INFINITY;
  #batchBytes = FIRST_BATCH_BYTES;
  #stopped = false;

  constructor(options: CompareAndAppendOptions) {
    const { tail, uncommitted, logger, random } = options;
    this.#options = options;
    this.#random = random ?? Math.random;
    this.#queue = new WriteQueue(tail);
    const append = (operation: Operation): Promise<unknown> => this.#enqueue(operation, RESTORE_LIMIT_MS);
    this.#hidden = new HiddenKeys({ tail, reader: uncommitted, append, logger });
  }

  /** Resolves when the write was read back committed. */
  write(write: ConfigWrite, timeoutMs: number): Promise<ConfigWriteResult> {
    const operation: Operation = {
      id: randomUUID(),
      restores: false,
      records: (state) => recordsOf(write, state),
      creates: (state) => createsConnector(write, state),
    };
    return this.#enqueue(operation, timeoutMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#hidden.stop();
    await Promise.race([this.#running, pause(STOP_LIMIT_MS)]);
    for (const queued of this.#queue.waiting()) {
      this.#queue.reject(
        queued,
        new StoreTimeoutError('The config store was stopped before the write was acknowledged'),
      );
    }
    await this.#options.writer.close();
    await this.#options.uncommitted.close();
  }

  #enqueue(operation: Operation, timeoutMs: number): Promise<ConfigWriteResult> {
    if (this.#stopped) {
      return Promise.reject(new StoreTimeoutError('The config store is stopped'));
    }
    const answer = this.#queue.add(operation, timeoutMs);
    this.#running ??= this.#drain();
    return answer;
  }

  async #drain(): Promise<void> {
    // Writes that arrive in the same turn share a transaction.
    await Promise.resolve();
    let failures = 0;
    while (this.#queue.size > 0) {
      try {
        const progress = await this.#turn();
        failures = progress ? 0 : failures;
      } catch (error) {
        failures += 1;
        await this.#afterFailure(toError(error), failures);
      }
    }
    this.#running = null;
  }

  /** Gets on with what waits; true when something was answered or appended. Throws when it could not, and nothing is lost. */
  async #turn(): Promise<boolean> {
    const { appends, verdicts } = this.#decide();
    if (this.#attempt === null && appends.length === 0) {
      await this.#answerUnwritten();
      return true;
    }
    if (this.#attempt !== null || !this.#options.writer.initialised) {
      await this.#takeLease();
      return false;
    }
    return this.#append(appends, verdicts);
  }

  #decide(): { readonly appends: readonly Append<Queued>[]; readonly verdicts: readonly Verdict<Queued>[] } {
    const limits = { operations: MAX_GROUP, bytes: this.#batchBytes };
    return decideGroup(this.#queue.waiting(), this.#options.tail.copy(), limits);
  }

  /** Only a state read to the end after a request came proves that it must be refused; no lease is needed for that. */
  async #answerUnwritten(): Promise<void> {
    const readAt = performance.now();
    await this.#options.tail.readToEnd(STEP_LIMIT_MS);
    const { appends, verdicts } = this.#decide();
    if (appends.length === 0) {
      this.#answer(verdicts.filter(({ operation }) => operation.enqueuedAt <= readAt));
    }
  }

  async #append(appends: readonly Append<Queued>[], verdicts: readonly Verdict<Queued>[]): Promise<boolean> {
    const { tail, writer } = this.#options;
    const records = appends.flatMap((append) => append.records);
    const batches = batchesOf(records, this.#batchBytes);
    this.#attempt = { appends, batch: Math.max(...batches.map(({ length }) => length)) };
    let end = Math.max(tail.position(), this.#ownEnd);
    for (const batch of batches) {
      const { baseOffset } = await writer.append(batch);
      if (baseOffset !== end) {
        // Somebody wrote without this lease: what was decided may no longer hold.
        await writer.abort();
        this.#attempt = null;
        this.#ownEnd = baseOffset + batch.length + 1;
        await tail.readTo(this.#ownEnd, STEP_LIMIT_MS);
        this.#hidden.suspect();
        return false;
      }
      end += batch.length;
    }
    await writer.commit();
    this.#usedAt = performance.now();
    this.#ownEnd = end + 1;
    // The broker answers before its markers are written: only what was read is committed.
    await tail.readTo(end, STEP_LIMIT_MS);
    this.#resolveAttempt();
    this.#answer(verdicts);
    return true;
  }

  /**
   * Takes the lease, which ends the open transaction of whoever had it, and finds out what became of the last attempt. Another's
   * transaction is given some time to end by itself, so that writers do not fence each other for ever.
   */
  async #takeLease(): Promise<void> {
    const { tail, writer, uncommitted } = this.#options;
    const deadline = this.#leftOpen ? 0 : performance.now() + OPEN_TRANSACTION_LIMIT_MS;
    while (performance.now() < deadline && (await uncommitted.hasOpenTransaction())) {
      await pause(OPEN_TRANSACTION_POLL_MS);
    }
    await writer.initialise();
    this.#leftOpen = false;
    this.#usedAt = performance.now();
    this.#ownEnd = 0;
    await tail.readToEnd(STEP_LIMIT_MS);
    this.#resolveAttempt();
    this.#hidden.suspect();
  }

  /** The log has been read to where the attempt's records are, or never will be. */
  #resolveAttempt(): void {
    const { tail } = this.#options;
    const state = tail.snapshot();
    for (const { operation, created } of this.#attempt?.appends ?? []) {
      if (tail.hasRead(operation.id)) {
        this.#queue.resolve(operation, { written: true, created, state });
      }
    }
    this.#attempt = null;
  }

  #answer(verdicts: readonly Verdict<Queued>[]): void {
    const state = this.#options.tail.snapshot();
    for (const { operation, refusal } of verdicts) {
      if (refusal === null) {
        this.#queue.resolve(operation, { written: false, created: false, state });
      } else {
        this.#queue.reject(operation, refusal);
      }
    }
  }

  async #afterFailure(error: Error, failures: number): Promise<void> {
    const code = error instanceof KafkaError ? error.brokerCode : undefined;
    const fenced = error instanceof ProducerFencedError;
    this.#leftOpen = this.#attempt !== null && !fenced;
    if (TOO_LARGE.has(code) && (this.#attempt?.batch ?? 1) > 1) {
      this.#batchBytes = Math.ceil(this.#batchBytes / 2);
      return;
    }
    const passing = error instanceof KafkaError || error instanceof StoreTimeoutError;
    if (!passing || LASTING.has(code) || TOO_LARGE.has(code)) {
      await this.#giveUp(error);
      return;
    }
    if (fenced && failures === 1 && performance.now() - this.#usedAt > IN_USE_MS) {
      // The lease was taken over while it lay idle: it can be taken back at once.
      return;
    }
    this.#options.logger.debug({ err: error, failures }, 'A write to the config topic is tried again');
    const backoff = fenced ? JITTER_MS : Math.min(JITTER_MS * 2 ** (failures - 1), MAX_BACKOFF_MS);
    await pause(this.#random() * backoff);
  }

  /** The attempt's writes, or all that wait if it came to no attempt, will never succeed. */
  async #giveUp(error: Error): Promise<void> {
    const lost = this.#attempt?.appends.map(({ operation }) => operation) ?? this.#queue.waiting();
    this.#attempt = null;
    this.#batchBytes = FIRST_BATCH_BYTES;
    for (const operation of lost) {
      this.#queue.reject(operation, error);
    }
    try {
      // The transaction that was left open would hold readers up until it times out.
      await this.#takeLease();
    } catch (failure) {
      this.#options.logger.debug({ err: failure }, 'The lease of the config topic could not be taken');
    }
  }
}

function createsConnector(write: ConfigWrite, state: ClusterConfigState): boolean {
  const creates = write.kind === 'create-connector' || write.kind === 'put-connector';
  return creates && !state.contains(write.connector);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
