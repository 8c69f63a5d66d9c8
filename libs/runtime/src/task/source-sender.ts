import { toError, type SourceRecord, type SourceTask } from '@millrace/connect-api';
import { ProducerClosedError, type FailedRecord, type Producer, type SendResult } from '@millrace/kafka';
import type { Logger } from 'pino';
import type { ErrorPolicy } from '../errors/error-policy.ts';
import { NOT_KEPT, PolledRecord } from '../errors/polled-record.ts';
import { StageError } from '../errors/stage-error.ts';
import { LeaseExpiredError } from '../host/lease.ts';
import type { TopicCreator } from '../topics/topic-creator.ts';
import type { OffsetTracker, SubmittedBatch } from './offset-tracker.ts';
import type { SourcePipeline } from './source-pipeline.ts';
import { TaskCancelledError } from './task-gate.ts';
import type { TopicSightings } from './topic-sightings.ts';

export interface SourceSenderOptions {
  readonly task: SourceTask;
  readonly pipeline: SourcePipeline;
  readonly producer: Producer;
  readonly tracker: OffsetTracker;
  readonly sightings: TopicSightings;
  /** null: missing topics are the broker's business. */
  readonly topics: TopicCreator | null;
  readonly policy: ErrorPolicy;
  readonly logger: Logger;
}

/** What is remembered of records until they are acknowledged. */
interface SentBatch {
  readonly submitted: SubmittedBatch;
  /** The records as the task made them, where somebody may ask for them. */
  readonly kept: readonly SourceRecord[] | null;
  readonly topics: readonly string[];
}

/** The class that errors of this stage name, as the JVM's do. */
const PRODUCER_CLASS = 'org.apache.kafka.clients.producer.KafkaProducer';

/** Sends what a source task polled, and follows it until it is acknowledged (spec/runtime.md section 3). */
export class SourceSender {
  readonly #options: SourceSenderOptions;
  readonly #outstanding = new Set<Promise<unknown>>();
  #error: Error | null = null;
  polled = 0;
  written = 0;
  active = 0;

  constructor(options: SourceSenderOptions) {
    this.#options = options;
  }

  /** Throws what made the delivery of a record, or of its dead letter, fail for good. */
  check(): void {
    this.#options.policy.check();
    const error = this.#error;
    if (error instanceof LeaseExpiredError) {
      throw error;
    }
    if (error !== null) {
      throw new StageError('Unrecoverable exception from producer send callback', 'KAFKA_PRODUCE', error);
    }
  }

  /** Resolves when the producer has taken the records; throws when one cannot be converted and that is not tolerated, once it has those before. */
  async send(records: readonly SourceRecord[]): Promise<void> {
    const { pipeline, producer, task, tracker, policy } = this.#options;
    this.polled += records.length;
    const batch = await pipeline.convert(records);
    const topics = topicsOf(batch.out);
    await this.#options.topics?.ensure(topics);
    const submitted = tracker.submit(batch.sources);
    this.active += batch.out.length;
    const pending = producer.send(batch.out);
    // Records that nobody will ask for are let go now: what waits for a slow broker would else fill the memory.
    const kept = task.commitRecord !== undefined || policy.namesRecords ? batch.sources : null;
    this.#follow(this.#delivered(pending.done, { submitted, kept, topics }));
    if (batch.dropped.length > 0 && task.commitRecord !== undefined) {
      this.#follow(this.#commitRecords(batch.dropped, () => null));
    }
    await pending.accepted;
    if (batch.error !== null) {
      throw batch.error;
    }
  }

  /** Resolves when everything sent so far is acknowledged or given up. */
  async drain(): Promise<void> {
    await this.#options.producer.flush();
    await Promise.all(this.#outstanding);
  }

  async #delivered(done: Promise<SendResult>, sent: SentBatch): Promise<void> {
    const { sightings, task, policy } = this.#options;
    const result = await done;
    this.active -= sent.submitted.size;
    this.written += sent.submitted.size - result.failed.length;
    for (const failed of result.failed) {
      if (!this.#tolerated(failed, sent.kept)) {
        this.#error ??= failed.error;
        return;
      }
    }
    for (const topic of sent.topics) {
      sightings.saw(topic);
    }
    if (task.commitRecord !== undefined && sent.kept !== null) {
      await this.#commitRecords(sent.kept, (index) => result.metadata(index));
    }
    // Records that were given up count as taken care of only once their dead letters are written.
    await policy.written();
    sent.submitted.acked = true;
  }

  /** Counts and logs the failure of a record; true: the task goes on without it. */
  #tolerated({ index, error }: FailedRecord, records: readonly SourceRecord[] | null): boolean {
    const { policy } = this.#options;
    // These say nothing of the record: it was never to be sent.
    const withheld =
      error instanceof LeaseExpiredError ||
      error instanceof TaskCancelledError ||
      error instanceof ProducerClosedError;
    if (withheld) {
      return false;
    }
    const record = records?.[index];
    void policy.giveUp({
      stage: 'KAFKA_PRODUCE',
      executor: PRODUCER_CLASS,
      error,
      record: record === undefined ? NOT_KEPT : new PolledRecord(record),
    });
    return policy.tolerant;
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

  #follow(work: Promise<unknown>): void {
    const settled = work.catch((error: unknown) => {
      this.#error ??= toError(error);
    });
    this.#outstanding.add(settled);
    void settled.then(() => this.#outstanding.delete(settled));
  }
}

function topicsOf(records: readonly { readonly topic: string }[]): readonly string[] {
  const topics: string[] = [];
  let last: string | null = null;
  for (const { topic } of records) {
    if (topic !== last) {
      last = topic;
      topics.push(topic);
    }
  }
  return topics;
}
