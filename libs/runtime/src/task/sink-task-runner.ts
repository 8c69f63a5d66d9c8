import { RetriableError, type Props, type SinkRecord, type SinkTask, type TopicPartition } from '@millrace/connect-api';
import { CommitFailedError, type FetchedBatch, type GroupConsumer } from '@millrace/kafka';
import type { TargetState } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { errorData } from '../host/error-data.ts';
import { LeaseExpiredError } from '../host/lease.ts';
import type { SinkContext } from './sink-context.ts';
import { partitionKey, type SinkOffsets } from './sink-offsets.ts';
import type { SinkPipeline } from './sink-pipeline.ts';
import { PauseSwitch, type Report, type TaskGate, type UnitRunner } from './task-runner.ts';
import { TopicSightings } from './topic-sightings.ts';

export interface SinkTaskRunnerOptions {
  readonly task: SinkTask;
  readonly props: Props;
  readonly topics: { readonly topics: readonly string[] } | { readonly pattern: RegExp };
  readonly context: SinkContext;
  readonly offsets: SinkOffsets;
  readonly paused: boolean;
  readonly pipeline: SinkPipeline;
  readonly consumer: GroupConsumer;
  readonly gate: TaskGate;
  readonly offsetFlushIntervalMs: number;
  readonly report: Report;
  readonly logger: Logger;
  /** Releases what was made for this task (consumer excepted). */
  readonly dispose: () => Promise<void>;
}

/** The longest a poll waits, so that a stop or a pause is noticed soon even if a wake-up is lost. */
const MAX_POLL_MS = 1_000;

/** Runs a sink task (WorkerSinkTask; spec/runtime.md section 5). Everything happens in one loop; calls never overlap. */
export class SinkTaskRunner implements UnitRunner {
  readonly #options: SinkTaskRunnerOptions;
  readonly #pause: PauseSwitch;
  readonly #sightings: TopicSightings;
  #stopping = false;
  #finished: Promise<void> = Promise.resolve();
  #nextCommit = 0;
  /** What was converted and not put yet; kept when `put` asks for a retry. */
  #pending: { batches: FetchedBatch[]; records: SinkRecord[] } = { batches: [], records: [] };
  #redelivering = false;
  #commitSequence = 0;
  #commitUnderWay: Promise<void> | null = null;
  #read = 0;
  #sent = 0;
  #commitFailures = 0;

  constructor(options: SinkTaskRunnerOptions) {
    this.#options = options;
    this.#pause = new PauseSwitch(options.paused);
    this.#sightings = new TopicSightings(options.report);
    options.context.onPauseChange = (paused, partitions) => {
      this.#applyTaskPause(paused, partitions);
    };
  }

  async start(): Promise<void> {
    const { task, context, props, consumer, topics } = this.#options;
    task.initialize(context);
    try {
      await task.start(props);
      consumer.subscribe(topics, {
        onAssigned: (partitions) => this.#onAssigned(partitions),
        onRevoked: (partitions) => this.#onRevoked(partitions),
        onLost: (partitions) => this.#onLost(partitions),
      });
    } catch (error) {
      await this.#cleanUp();
      throw error;
    }
    this.#finished = this.#run();
  }

  setTargetState(state: TargetState): void {
    this.#pause.set(state !== 'STARTED');
    this.#options.consumer.wakeup();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#options.consumer.wakeup();
    await this.#finished;
  }

  cancel(): void {
    this.#options.gate.cancel();
    this.#stopping = true;
    this.#options.consumer.wakeup();
  }

  metrics(): Readonly<Record<string, number>> {
    return {
      'sink-record-read-total': this.#read,
      'sink-record-send-total': this.#sent,
      'sink-record-active-count': this.#pending.records.length,
      'partition-count': this.#options.offsets.assigned().length,
      'offset-commit-seq-no': this.#commitSequence,
      'offset-commit-failure-total': this.#commitFailures,
    };
  }

  async #run(): Promise<void> {
    const { report, gate } = this.#options;
    let failure: unknown = null;
    try {
      await this.#loop();
    } catch (error) {
      failure = error;
    }
    const closing = await this.#close();
    failure ??= closing;
    if (failure !== null && !gate.cancelled) {
      report(
        failure instanceof LeaseExpiredError
          ? { kind: 'lease-expired' }
          : { kind: 'failed', error: errorData(failure) },
      );
    }
  }

  async #loop(): Promise<void> {
    const { report, task, offsetFlushIntervalMs } = this.#options;
    const version = task.version();
    let reported: 'running' | 'paused' | null = null;
    this.#nextCommit = performance.now() + offsetFlushIntervalMs;
    while (!this.#stopping) {
      const state = this.#pause.paused ? 'paused' : 'running';
      if (reported !== state) {
        this.#applyPause(state === 'paused');
        reported = state;
        report({ kind: state, version });
      }
      await this.#iterate();
    }
  }

  async #iterate(): Promise<void> {
    const { context, consumer, offsetFlushIntervalMs } = this.#options;
    if (context.takeCommitRequest() || performance.now() >= this.#nextCommit) {
      await this.#commit(false);
      this.#nextCommit = performance.now() + offsetFlushIntervalMs;
    }
    this.#rewind();
    const asked = context.takeTimeout();
    const untilCommit = Math.max(0, this.#nextCommit - performance.now());
    const limit = asked > 0 ? Math.min(asked, untilCommit) : untilCommit;
    const batches = await consumer.poll(Math.min(limit, MAX_POLL_MS));
    await this.#convert(batches);
    await this.#put();
  }

  async #convert(batches: readonly FetchedBatch[]): Promise<void> {
    for (const batch of batches) {
      this.#read += batch.records.length;
      if (batch.records.length > 0) {
        this.#sightings.saw(batch.topic);
      }
      await this.#options.pipeline.convert(batch, this.#pending.records);
      this.#pending.batches.push(batch);
    }
  }

  async #put(): Promise<void> {
    const { task, offsets, gate, logger, consumer } = this.#options;
    const { records, batches } = this.#pending;
    gate.check();
    try {
      await task.put(records);
    } catch (error) {
      if (!(error instanceof RetriableError)) {
        throw new Error('Exiting WorkerSinkTask due to unrecoverable exception.', { cause: error });
      }
      logger.warn({ err: error }, 'put() failed for now; the same records are put again');
      if (!this.#redelivering) {
        this.#redelivering = true;
        consumer.pause(offsets.assigned());
      }
      return;
    }
    this.#sent += records.length;
    for (const batch of batches) {
      offsets.put({ topic: batch.topic, partition: batch.partition, offset: batch.nextOffset });
    }
    this.#pending = { batches: [], records: [] };
    if (this.#redelivering) {
      this.#redelivering = false;
      this.#applyPause(this.#pause.paused);
    }
  }

  /** `closing`: of these partitions, awaited to the end, and without a rewind when it fails. */
  async #commit(closing: boolean, of: readonly TopicPartition[] = this.#options.offsets.assigned()): Promise<void> {
    const { task, offsets, logger, consumer } = this.#options;
    if (!closing && this.#commitUnderWay !== null) {
      return;
    }
    await this.#commitUnderWay;
    const given = offsets.current(of);
    let offered;
    try {
      offered = await task.preCommit(given);
    } catch (error) {
      this.#commitFailures += 1;
      logger.error({ err: error }, closing ? 'Commit of offsets failed while closing' : 'Commit of offsets failed; rewinding');
      if (!closing) {
        for (const offset of offsets.rewind()) {
          consumer.seek(offset);
        }
        this.#pending = { batches: [], records: [] };
      }
      return;
    }
    const { offsets: acceptable, refused } = offsets.acceptable(offered);
    if (refused.length > 0) {
      logger.warn({ refused }, 'Offsets that the task offered for commit were ignored');
    }
    if (acceptable.length === 0) {
      return;
    }
    const committed = this.#send(acceptable);
    if (closing) {
      await committed;
    }
  }

  #send(acceptable: Parameters<GroupConsumer['commit']>[0]): Promise<void> {
    const { consumer, offsets, gate, logger } = this.#options;
    this.#commitSequence += 1;
    const commit = async (): Promise<void> => {
      try {
        gate.check();
        await consumer.commit(acceptable);
        offsets.markCommitted(acceptable);
      } catch (error) {
        this.#commitFailures += 1;
        const level = error instanceof CommitFailedError ? 'warn' : 'error';
        logger[level]({ err: error }, 'Offsets could not be committed');
      }
    };
    const underWay = commit().finally(() => {
      this.#commitUnderWay = null;
    });
    this.#commitUnderWay = underWay;
    return underWay;
  }

  #rewind(): void {
    const { context, consumer, offsets } = this.#options;
    for (const offset of context.takeRewinds()) {
      consumer.seek(offset);
      offsets.put(offset);
    }
  }

  async #onAssigned(partitions: readonly TopicPartition[]): Promise<void> {
    const { offsets, consumer, task, logger } = this.#options;
    for (const partition of partitions) {
      offsets.assign({ ...partition, offset: await consumer.position(partition) });
    }
    logger.info({ partitions: partitions.map(partitionKey) }, 'Partitions assigned');
    this.#applyPause(this.#pause.paused);
    await task.open(partitions);
    this.#rewind();
  }

  async #onRevoked(partitions: readonly TopicPartition[]): Promise<void> {
    await this.#commit(true, partitions);
    await this.#release(partitions);
  }

  async #onLost(partitions: readonly TopicPartition[]): Promise<void> {
    await this.#release(partitions);
  }

  async #release(partitions: readonly TopicPartition[]): Promise<void> {
    const { task, offsets, context, logger } = this.#options;
    await task.close(partitions);
    offsets.remove(partitions);
    context.forget(partitions);
    const gone = new Set(partitions.map(partitionKey));
    this.#pending = {
      batches: this.#pending.batches.filter((batch) => !gone.has(partitionKey(batch))),
      records: this.#pending.records.filter(
        (record) => !gone.has(partitionKey({ topic: record.originalTopic, partition: record.originalPartition })),
      ),
    };
    logger.info({ partitions: partitions.map(partitionKey) }, 'Partitions given up');
  }

  /** Brings the consumer's paused partitions in line: all while the task is paused or delivers again, else the task's own. */
  #applyPause(paused: boolean): void {
    const { consumer, offsets, context } = this.#options;
    if (paused || this.#redelivering) {
      consumer.pause(offsets.assigned());
      if (paused) {
        context.requestCommit();
      }
      return;
    }
    consumer.resume(offsets.assigned());
    consumer.pause(context.pausedPartitions());
  }

  #applyTaskPause(paused: boolean, partitions: readonly TopicPartition[]): void {
    const { consumer } = this.#options;
    if (paused) {
      consumer.pause(partitions);
    } else if (!this.#pause.paused && !this.#redelivering) {
      consumer.resume(partitions);
    }
  }

  /** Gives partitions up with a last commit, leaves the group, stops the task. The error, if that failed. */
  async #close(): Promise<Error | null> {
    const { consumer, task, logger } = this.#options;
    let failure: Error | null = null;
    try {
      await consumer.close();
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    try {
      await task.stop();
    } catch (error) {
      logger.warn({ err: error }, 'stop() failed');
    }
    await this.#cleanUp();
    return failure;
  }

  async #cleanUp(): Promise<void> {
    try {
      await this.#options.dispose();
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'Closing the task failed');
    }
  }
}
