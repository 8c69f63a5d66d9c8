import {
  RetriableError,
  toError,
  type Props,
  type SourceRecord,
  type SourceTask,
  type SourceTaskContext,
} from '@millrace/connect-api';
import type { Producer, SendResult } from '@millrace/kafka';
import type { OffsetBackingStore, TargetState } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { errorData } from '../host/error-data.ts';
import { LeaseExpiredError } from '../host/lease.ts';
import { OffsetTracker } from './offset-tracker.ts';
import type { ConvertedBatch, SourcePipeline } from './source-pipeline.ts';
import { PauseSwitch, type Report, type TaskGate, type UnitRunner } from './task-runner.ts';
import { nextTurn, withLimit } from './waiting.ts';
import { TopicSightings } from './topic-sightings.ts';

export interface SourceTaskRunnerOptions {
  readonly connector: string;
  readonly task: SourceTask;
  readonly props: Props;
  readonly context: SourceTaskContext;
  readonly paused: boolean;
  readonly pipeline: SourcePipeline;
  readonly producer: Producer;
  readonly offsets: OffsetBackingStore;
  readonly gate: TaskGate;
  readonly offsetFlushIntervalMs: number;
  readonly offsetFlushTimeoutMs: number;
  readonly report: Report;
  readonly logger: Logger;
  /** Releases what was made for this task (producer excepted). */
  readonly dispose: () => Promise<void>;
}

/** Runs a source task with at-least-once delivery (WorkerSourceTask; spec/runtime.md section 3). */
export class SourceTaskRunner implements UnitRunner {
  readonly #options: SourceTaskRunnerOptions;
  readonly #tracker = new OffsetTracker();
  readonly #pause: PauseSwitch;
  readonly #sightings: TopicSightings;
  readonly #outstanding = new Set<Promise<unknown>>();
  #stopping = false;
  #taskStopped = false;
  #sendError: Error | null = null;
  #finished: Promise<void> = Promise.resolve();
  #committing: Promise<void> | null = null;
  #polled = 0;
  #written = 0;
  #active = 0;
  #commitFailures = 0;

  constructor(options: SourceTaskRunnerOptions) {
    this.#options = options;
    this.#pause = new PauseSwitch(options.paused);
    this.#sightings = new TopicSightings(options.report);
  }

  async start(): Promise<void> {
    const { task, context, props } = this.#options;
    task.initialize(context);
    try {
      await task.start(props);
    } catch (error) {
      await this.#cleanUp();
      throw error;
    }
    this.#finished = this.#run();
  }

  setTargetState(state: TargetState): void {
    this.#pause.set(state !== 'STARTED');
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#pause.release();
    await this.#stopTask();
    await this.#finished;
  }

  cancel(): void {
    this.#options.gate.cancel();
    this.#stopping = true;
  }

  metrics(): Readonly<Record<string, number>> {
    return {
      'source-record-poll-total': this.#polled,
      'source-record-write-total': this.#written,
      'source-record-active-count': this.#active,
      'offset-commit-failure-total': this.#commitFailures,
    };
  }

  async #run(): Promise<void> {
    const { report, gate } = this.#options;
    const timer = setInterval(() => {
      void this.#commitOffsets();
    }, this.#options.offsetFlushIntervalMs);
    let failure: unknown = null;
    try {
      await this.#loop();
    } catch (error) {
      failure = error;
    }
    clearInterval(timer);
    await this.#finish();
    if (failure !== null && !gate.cancelled) {
      report(
        failure instanceof LeaseExpiredError
          ? { kind: 'lease-expired' }
          : { kind: 'failed', error: errorData(failure) },
      );
    }
  }

  async #loop(): Promise<void> {
    const { report, task } = this.#options;
    const version = task.version();
    let reported: 'running' | 'paused' | null = null;
    while (!this.#stopping) {
      this.#throwSendError();
      const state = this.#pause.paused ? 'paused' : 'running';
      if (reported !== state) {
        reported = state;
        report({ kind: state, version });
      }
      if (state === 'paused') {
        await this.#pause.changed();
        continue;
      }
      const records = await this.#poll();
      if (records === null || records.length === 0) {
        // A task that answers at once must not keep the host from its messages.
        await nextTurn();
      } else {
        await this.#send(records);
      }
    }
    this.#throwSendError();
  }

  async #poll(): Promise<readonly SourceRecord[] | null> {
    try {
      return await this.#options.task.poll();
    } catch (error) {
      if (error instanceof RetriableError) {
        this.#options.logger.warn({ err: error }, 'poll() failed for now; polling again');
        return null;
      }
      throw error;
    }
  }

  async #send(records: readonly SourceRecord[]): Promise<void> {
    const { pipeline, producer, task } = this.#options;
    this.#polled += records.length;
    const batch = await pipeline.convert(records);
    const submitted = this.#tracker.submit(batch.sources);
    this.#active += batch.out.length;
    const pending = producer.send(batch.out);
    const done = pending.done.then((result) => this.#sent(batch, result)).then((complete) => {
      submitted.acked = complete;
    });
    this.#track(done);
    if (batch.dropped.length > 0 && task.commitRecord !== undefined) {
      this.#track(this.#commitRecords(batch.dropped, () => null));
    }
    await pending.accepted;
  }

  /** True when every record of the batch was acknowledged. */
  async #sent(batch: ConvertedBatch, result: SendResult): Promise<boolean> {
    this.#active -= batch.out.length;
    this.#written += batch.out.length - result.failed.length;
    const first = result.failed[0];
    if (first !== undefined) {
      this.#sendError ??= first.error;
      return false;
    }
    this.#sightings.sawRecords(batch.out);
    if (this.#options.task.commitRecord !== undefined) {
      await this.#commitRecords(batch.sources, (index) => result.metadata(index));
    }
    return true;
  }

  async #commitRecords(
    records: readonly SourceRecord[],
    metadata: (index: number) => ReturnType<SendResult['metadata']>,
  ): Promise<void> {
    const { task, logger } = this.#options;
    for (const [index, record] of records.entries()) {
      try {
        await task.commitRecord?.(record, metadata(index));
      } catch (error) {
        logger.error({ err: error }, 'commitRecord() failed');
      }
    }
  }

  #throwSendError(): void {
    const error = this.#sendError;
    if (error !== null) {
      if (error instanceof LeaseExpiredError) {
        throw error;
      }
      throw new Error('Unrecoverable exception from producer send callback', { cause: error });
    }
  }

  #track(promise: Promise<unknown>): void {
    const settled = promise.catch((error: unknown) => {
      this.#sendError ??= toError(error);
    });
    this.#outstanding.add(settled);
    void settled.then(() => this.#outstanding.delete(settled));
  }

  /** One commit at a time; what fails is tried again with the next one. */
  async #commitOffsets(): Promise<void> {
    if (this.#committing === null) {
      this.#committing = this.#commit().finally(() => {
        this.#committing = null;
      });
    }
    await this.#committing;
  }

  async #commit(): Promise<void> {
    const { task, offsets, connector, logger, gate, offsetFlushTimeoutMs } = this.#options;
    const committable = this.#tracker.committable();
    try {
      if (committable.length > 0) {
        gate.check();
        await withLimit(offsets.set(connector, committable), offsetFlushTimeoutMs);
        this.#tracker.committed(committable);
      }
    } catch (error) {
      this.#commitFailures += 1;
      logger.warn({ err: error }, 'Source offsets could not be committed; they are kept for the next time');
      return;
    }
    try {
      await task.commit?.();
    } catch (error) {
      logger.error({ err: error }, 'commit() failed');
    }
  }

  /** After the loop: what is under way is waited for and committed, then all is released. */
  async #finish(): Promise<void> {
    const { producer, gate, offsetFlushTimeoutMs, logger } = this.#options;
    await this.#stopTask();
    if (!gate.cancelled) {
      try {
        await withLimit(this.#drain(), offsetFlushTimeoutMs);
      } catch (error) {
        logger.warn({ err: error }, 'Not every record was acknowledged before the task ended');
      }
      await this.#committing;
      await this.#commitOffsets();
    }
    await producer.close(0);
    await this.#cleanUp();
  }

  async #drain(): Promise<void> {
    await this.#options.producer.flush();
    await Promise.all(this.#outstanding);
  }

  async #stopTask(): Promise<void> {
    if (this.#taskStopped) {
      return;
    }
    this.#taskStopped = true;
    try {
      await this.#options.task.stop();
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'stop() failed');
    }
  }

  async #cleanUp(): Promise<void> {
    try {
      await this.#options.dispose();
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'Closing the task failed');
    }
  }
}
