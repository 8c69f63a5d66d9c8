import {
  RetriableError,
  type Props,
  type SinkRecord,
  type SinkTask,
  type TopicPartition,
} from '@millrace/connect-api';
import type { FetchedBatch, GroupConsumer } from '@millrace/kafka';
import type { TargetState } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import type { ErrantRecords } from '../errors/errant-records.ts';
import type { ErrorPolicy } from '../errors/error-policy.ts';
import { StageError } from '../errors/stage-error.ts';
import { errorData } from '../host/error-data.ts';
import { LeaseExpiredError } from '../host/lease.ts';
import type { TaskDescription } from '../host/task-description.ts';
import type { StallReason } from '../metrics/progress-watch.ts';
import type { SinkLag } from '../metrics/sink-lag.ts';
import type { SinkMeasures } from '../metrics/sink-measures.ts';
import { PauseSwitch } from './pause-switch.ts';
import type { SinkCommitter } from './sink-committer.ts';
import type { SinkContext } from './sink-context.ts';
import { partitionKey, type SinkOffsets } from './sink-offsets.ts';
import type { SinkPipeline } from './sink-pipeline.ts';
import type { TaskGate } from './task-gate.ts';
import type { Report, UnitRunner } from './task-runner.ts';
import type { TopicSightings } from './topic-sightings.ts';
import { nextTurn } from './waiting.ts';

export interface SinkTaskRunnerOptions {
  readonly task: SinkTask;
  readonly props: Props;
  readonly topics: { readonly topics: readonly string[] } | { readonly pattern: RegExp };
  readonly context: SinkContext;
  readonly offsets: SinkOffsets;
  readonly paused: boolean;
  readonly pipeline: SinkPipeline;
  readonly policy: ErrorPolicy;
  /** What the task reports through its context; null: it cannot. */
  readonly errant: ErrantRecords | null;
  readonly consumer: GroupConsumer;
  readonly committer: SinkCommitter;
  readonly measures: SinkMeasures;
  readonly lag: SinkLag;
  readonly description: TaskDescription;
  readonly sightings: TopicSightings;
  readonly gate: TaskGate;
  readonly offsetFlushIntervalMs: number;
  readonly report: Report;
  readonly logger: Logger;
  /** Releases what was made for this task (consumer excepted). */
  readonly dispose: () => Promise<void>;
}

/** The longest a poll waits, so that a task that asked for a retry is not left waiting for records. */
const MAX_POLL_MS = 1_000;

/** Runs a sink task (WorkerSinkTask; spec/runtime.md section 5). Everything happens in one loop; calls never overlap. */
export class SinkTaskRunner implements UnitRunner {
  readonly description: TaskDescription;
  readonly #options: SinkTaskRunnerOptions;
  readonly #pause: PauseSwitch;
  #loop: Promise<void> = Promise.resolve();
  #stopping = false;
  #begun = false;
  #told: 'running' | 'paused' | null = null;
  #nextCommit = 0;
  /** What was converted and not put yet; kept when `put` asks for a retry. */
  #pending: { batches: FetchedBatch[]; records: SinkRecord[] } = { batches: [], records: [] };
  #redelivering = false;

  constructor(options: SinkTaskRunnerOptions) {
    this.#options = options;
    this.description = options.description;
    this.#pause = new PauseSwitch(options.paused);
    options.context.onPauseChange = (paused, partitions) => {
      this.#applyTaskPause(paused, partitions);
    };
  }

  async start(): Promise<void> {
    if (!this.#pause.paused) {
      await this.#startTask();
    }
    this.#tellState();
    this.#loop = this.#run();
  }

  setTargetState(state: TargetState): void {
    this.#pause.set(state !== 'STARTED');
    this.#options.consumer.wakeup();
  }

  interrupt(): void {
    this.#stopping = true;
    this.#pause.release();
    this.#options.consumer.wakeup();
  }

  /** Gives partitions up with a last commit, leaves the group, stops the task. */
  async stop(): Promise<void> {
    const { consumer, task, logger, dispose } = this.#options;
    this.interrupt();
    await this.#loop;
    try {
      await consumer.close();
    } catch (error) {
      logger.warn({ err: error }, 'Giving up the partitions failed');
    }
    if (this.#begun) {
      try {
        await task.stop();
      } catch (error) {
        logger.warn({ err: error }, 'stop() failed');
      }
    }
    await dispose();
  }

  cancel(): void {
    this.#options.gate.cancel();
    this.interrupt();
  }

  metrics(): Readonly<Record<string, number>> {
    const { committer, offsets, policy, measures, lag } = this.#options;
    lag.refresh();
    const values = measures.values({
      active: offsets.uncommitted() + this.#pending.records.length,
      partitions: offsets.assigned().length,
      sequence: committer.sequence,
      lag: lag.max(this.#pending.batches.length > 0),
    });
    return { ...values, ...policy.metrics() };
  }

  stalled(): StallReason | null {
    const { measures, lag, context } = this.#options;
    const records = lag.max(this.#pending.batches.length > 0, context.pausedPartitions());
    const reason = measures.stalled(this.#pause.paused ? 0 : records);
    return this.#told === 'running' ? reason : null;
  }

  async #startTask(): Promise<void> {
    const { task, context, props, consumer, topics, offsetFlushIntervalMs } = this.#options;
    this.#begun = true;
    task.initialize(context);
    await task.start(props);
    consumer.subscribe(topics, {
      onAssigned: (partitions) => this.#onAssigned(partitions),
      onRevoked: (partitions) => this.#onRevoked(partitions),
      onLost: (partitions) => this.#release(partitions),
    });
    this.#nextCommit = performance.now() + offsetFlushIntervalMs;
  }

  async #run(): Promise<void> {
    const { report, gate } = this.#options;
    try {
      while (!this.#stopping) {
        if (this.#begun || !this.#pause.paused) {
          await this.#iterate();
        } else {
          await this.#pause.changed();
        }
      }
    } catch (error) {
      if (error instanceof LeaseExpiredError) {
        report({ kind: 'lease-expired' });
      } else if (!gate.cancelled) {
        report({ kind: 'failed', error: errorData(error) });
      }
    }
  }

  async #iterate(): Promise<void> {
    const { context, consumer, policy } = this.#options;
    policy.check();
    if (!this.#begun) {
      await this.#startTask();
    }
    if (this.#tellState()) {
      this.#applyPause();
    }
    await this.#commitWhenDue();
    this.#rewind();
    const asked = context.takeTimeout();
    const untilCommit = Math.max(0, this.#nextCommit - performance.now());
    const limit = asked > 0 ? Math.min(asked, untilCommit) : untilCommit;
    await this.#convert(await consumer.poll(Math.min(limit, MAX_POLL_MS)));
    await this.#put();
    // A sink that keeps up with its topic must not keep the host from its messages.
    await nextTurn();
  }

  /** True when that was news. */
  #tellState(): boolean {
    const state = this.#pause.paused ? 'paused' : 'running';
    if (state === this.#told) {
      return false;
    }
    this.#told = state;
    this.#options.measures.task.reached(state);
    this.#options.report({ kind: state, version: this.#options.task.version() });
    return true;
  }

  async #commitWhenDue(): Promise<void> {
    const { context, committer, offsetFlushIntervalMs } = this.#options;
    if (!context.takeCommitRequest() && performance.now() < this.#nextCommit) {
      return;
    }
    if ((await committer.commit()) === 'rewound') {
      this.#pending = { batches: [], records: [] };
    }
    this.#nextCommit = performance.now() + offsetFlushIntervalMs;
  }

  async #convert(batches: readonly FetchedBatch[]): Promise<void> {
    const { sightings, pipeline, measures } = this.#options;
    measures.read(batches.reduce((sum, { records }) => sum + records.length, 0));
    for (const batch of batches) {
      if (batch.records.length > 0) {
        sightings.saw(batch.topic);
      }
      await pipeline.convert(batch, this.#pending.records);
      this.#pending.batches.push(batch);
    }
  }

  async #put(): Promise<void> {
    const { task, offsets, gate, logger, consumer, measures } = this.#options;
    const { records, batches } = this.#pending;
    gate.check();
    measures.putBegins();
    try {
      await task.put(records);
      measures.putDone(records.length, batches.length);
    } catch (error) {
      measures.putFailed();
      if (!(error instanceof RetriableError)) {
        throw new StageError('Exiting WorkerSinkTask due to unrecoverable exception.', 'TASK_PUT', error);
      }
      logger.warn({ err: error }, 'put() failed for now; the same records are put again');
      if (!this.#redelivering) {
        this.#redelivering = true;
        consumer.pause(offsets.assigned());
      }
      return;
    }
    this.#options.errant?.check();
    for (const batch of batches) {
      offsets.put({ topic: batch.topic, partition: batch.partition, offset: batch.nextOffset });
    }
    this.#pending = { batches: [], records: [] };
    if (this.#redelivering) {
      this.#redelivering = false;
      this.#applyPause();
    }
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
    this.#applyPause();
    await task.open(partitions);
    this.#rewind();
  }

  async #onRevoked(partitions: readonly TopicPartition[]): Promise<void> {
    await this.#options.committer.commitClosing(partitions);
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
        (record) =>
          !gone.has(partitionKey({ topic: record.originalTopic, partition: record.originalPartition })),
      ),
    };
    logger.info({ partitions: partitions.map(partitionKey) }, 'Partitions given up');
  }

  /** Brings the consumer's paused partitions in line: all while the task is paused or delivers again, else the task's own. */
  #applyPause(): void {
    const { consumer, offsets, context } = this.#options;
    if (this.#pause.paused || this.#redelivering) {
      consumer.pause(offsets.assigned());
      if (this.#pause.paused) {
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
}
