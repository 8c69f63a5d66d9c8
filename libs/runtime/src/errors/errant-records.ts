import type { ErrantRecordReporter, SinkRecord } from '@millrace/connect-api';
import type { RecordHeader } from '@millrace/kafka';
import type { TaskConverters } from '../task/converters.ts';
import type { ErrorPolicy } from './error-policy.ts';
import type { DeadLetter, RecordAtFault } from './record-at-fault.ts';
import { StageError } from './stage-error.ts';
import type { StageFailure } from './stages.ts';

/** The class that errors of the stage TASK_PUT name, as the JVM's do. */
const SINK_TASK_CLASS = 'org.apache.kafka.connect.sink.SinkTask';

/** Takes what a sink task reports of records that it could not handle (KIP-610, spec/runtime.md section 6). */
export class ErrantRecords implements ErrantRecordReporter {
  readonly #policy: ErrorPolicy;
  readonly #converters: TaskConverters;
  /** What each record that a task was given was read from. */
  readonly #origins = new WeakMap<SinkRecord, RecordAtFault>();
  #exceeded: StageError | null = null;

  constructor(policy: ErrorPolicy, converters: TaskConverters) {
    this.#policy = policy;
    this.#converters = converters;
  }

  /** A record that the task is about to be given, and what it was made of. */
  given(record: SinkRecord, origin: RecordAtFault): void {
    this.#origins.set(record, origin);
  }

  report(record: SinkRecord, error: Error): Promise<void> {
    const reported = this.#report(record, error);
    // A task may let go of it; the policy and `check` know.
    reported.catch(() => undefined);
    return reported;
  }

  /** Throws what the task must fail with, even if it swallowed what `report` threw. */
  check(): void {
    if (this.#exceeded !== null) {
      throw this.#exceeded;
    }
  }

  async #report(record: SinkRecord, error: Error): Promise<void> {
    const failure: StageFailure = {
      stage: 'TASK_PUT',
      executor: SINK_TASK_CLASS,
      error,
      record: this.#origins.get(record) ?? new MadeUpRecord(record, this.#converters),
    };
    if (!this.#policy.tolerant) {
      this.#exceeded ??= new StageError('Tolerance exceeded in the errant record reporter', failure, error);
    }
    try {
      await this.#policy.giveUp(failure);
    } catch (lost) {
      this.#exceeded ??= new StageError('A reported record could not be kept', failure, lost);
    }
    this.check();
  }
}

/** A record that the task itself made: there are no original bytes, so it is converted back. */
class MadeUpRecord implements RecordAtFault {
  readonly #record: SinkRecord;
  readonly #converters: TaskConverters;

  constructor(record: SinkRecord, converters: TaskConverters) {
    this.#record = record;
    this.#converters = converters;
  }

  describe(): string {
    const { topic, partition, kafkaOffset } = this.#record;
    return `consumed record is {topic='${topic}', partition=${partition}, offset=${kafkaOffset}}`;
  }

  where(): string {
    const { topic, partition, kafkaOffset } = this.#record;
    return `topic ${topic}, partition ${partition}, offset ${kafkaOffset}`;
  }

  deadLetter(): DeadLetter {
    const { topic, partition, kafkaOffset, timestamp, headers } = this.#record;
    const { key, value } = this.#converters;
    return {
      topic,
      partition,
      offset: kafkaOffset,
      key: key.fromConnectData(topic, this.#record.keySchema, this.#record.key, headers),
      value: value.fromConnectData(topic, this.#record.valueSchema, this.#record.value, headers),
      headers: headers.map((header) => this.#header(header)),
      timestamp,
      origin: [],
    };
  }

  #header({ key, schema, value }: SinkRecord['headers'][number]): RecordHeader {
    return { key, value: this.#converters.header.fromConnectHeader(this.#record.topic, key, schema, value) };
  }
}
