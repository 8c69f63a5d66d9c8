import { ConnectError, toError } from '@millrace/connect-api';
import {
  RecordTooLargeError,
  type KafkaAdmin,
  type Producer,
  type ProducerRecord,
  type SendResult,
} from '@millrace/kafka';
import { LeaseExpiredError } from '../host/lease.ts';
import { contextHeaders } from './context-headers.ts';
import type { DeadLetter } from './record-at-fault.ts';
import type { StageFailure } from './stages.ts';

/** `errors.deadletterqueue.*` of a connector. */
export interface DeadLetterSettings {
  readonly topic: string;
  /** Of the topic, should it have to be created. */
  readonly replicationFactor: number;
  /** Whether letters carry the `__connect.errors.*` headers. */
  readonly contextHeaders: boolean;
}

export interface DeadLetterQueueOptions {
  readonly settings: DeadLetterSettings;
  readonly connector: string;
  readonly task: number;
  readonly producer: Producer;
}

/** A letter on its way. Neither promise is ever left unhandled: {@link DeadLetterQueue.written} tells of failures too. */
export interface Posting {
  /** Resolves when the producer has taken it. */
  readonly accepted: Promise<void>;
  /** Resolves when the broker has it; throws {@link DeadLetterError}. */
  readonly written: Promise<void>;
}

/** A record could neither be processed nor kept as a dead letter: without it, it would be lost (design invariant 5). */
class DeadLetterError extends ConnectError {
  override readonly code = 'DEAD_LETTER';
  readonly topic: string;

  constructor(topic: string, cause: Error) {
    super(`A dead letter could not be written to topic ${topic}: ${cause.message}`, { cause });
    this.topic = topic;
  }
}

/** Creates the topic of a dead letter queue, with one partition, where it is missing. Throws ConnectError. */
export async function ensureDeadLetterTopic(admin: KafkaAdmin, settings: DeadLetterSettings): Promise<void> {
  const { topic, replicationFactor } = settings;
  try {
    const [existing] = await admin.describeTopics([topic]);
    if (existing === undefined) {
      await admin.createTopic({ topic, partitions: 1, replicationFactor, configs: {} });
    }
  } catch (error) {
    throw new ConnectError(`Could not initialize dead letter queue with topic=${topic}`, { cause: error });
  }
}

/** Keeps the records that a task could not process in a topic of their own (KIP-298, spec/runtime.md section 6). */
export class DeadLetterQueue {
  readonly #options: DeadLetterQueueOptions;
  readonly #underWay = new Set<Promise<void>>();
  #error: Error | null = null;
  requests = 0;
  failures = 0;

  constructor(options: DeadLetterQueueOptions) {
    this.#options = options;
  }

  post(failure: StageFailure): Posting {
    const { settings, producer } = this.#options;
    this.requests += 1;
    const letter = failure.record.deadLetter();
    const context = contextHeaders(this.#options, failure, letter);
    const headers = settings.contextHeaders ? [...letter.headers, ...context] : letter.headers;
    const pending = producer.send([this.#record({ ...letter, headers })]);
    const written = this.#written(pending.done, { ...letter, key: null, value: null, headers: context });
    this.#underWay.add(written);
    void written.then(
      () => this.#underWay.delete(written),
      (error: unknown) => {
        this.#underWay.delete(written);
        this.#error ??= toError(error);
      },
    );
    return { accepted: pending.accepted, written };
  }

  /** Throws DeadLetterError when a letter could not be written, LeaseExpiredError when none may be. */
  check(): void {
    if (this.#error !== null) {
      throw this.#error;
    }
  }

  /** Resolves when all letters so far are written; throws DeadLetterError when one could not be. */
  async written(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    this.check();
  }

  /** Ends it; letters under way may take so many milliseconds. */
  close(timeoutMs: number): Promise<void> {
    return this.#options.producer.close(timeoutMs);
  }

  /** A record too large for the queue leaves a letter that says where it is. */
  async #written(done: Promise<SendResult>, withoutRecord: DeadLetter): Promise<void> {
    const { producer, settings } = this.#options;
    let [failed] = (await done).failed;
    if (failed?.error instanceof RecordTooLargeError) {
      [failed] = (await producer.send([this.#record(withoutRecord)]).done).failed;
    }
    if (failed !== undefined) {
      this.failures += 1;
      // The task may not write any more, whatever it is: that is no fault of the letter.
      throw failed.error instanceof LeaseExpiredError
        ? failed.error
        : new DeadLetterError(settings.topic, failed.error);
    }
  }

  #record({ key, value, headers, timestamp }: DeadLetter): ProducerRecord {
    return { topic: this.#options.settings.topic, partition: null, timestamp, key, value, headers };
  }
}
