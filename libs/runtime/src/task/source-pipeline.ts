import { DataError, SourceRecord, toError, type ConnectRecord } from '@millrace/connect-api';
import { NO_RECORD_HEADERS, type ProducerRecord, type RecordHeader } from '@millrace/kafka';
import type { ErrorPolicy } from '../errors/error-policy.ts';
import { PolledRecord } from '../errors/polled-record.ts';
import type { Stage, StageFailure } from '../errors/stages.ts';
import type { TaskConverters } from './converters.ts';
import type { TransformationChain } from './transformation-chain.ts';

/** A polled batch on its way to Kafka. */
export interface ConvertedBatch {
  readonly out: readonly ProducerRecord[];
  /** The source record of each entry of `out`, as the task made it. */
  readonly sources: readonly SourceRecord[];
  /** Records that a transform or a tolerated error dropped. */
  readonly dropped: readonly SourceRecord[];
  /** What failed at the record after these, where errors are not tolerated: these are sent all the same, as the JVM does. */
  readonly error: Error | null;
}

/** A batch that is being filled. */
interface BatchInMaking {
  readonly out: ProducerRecord[];
  readonly sources: SourceRecord[];
  readonly dropped: SourceRecord[];
  error: Error | null;
}

/** From what a source task polled to what the producer sends: transforms, then header, key and value converters. */
export class SourcePipeline {
  readonly #chain: TransformationChain;
  readonly #converters: TaskConverters;
  readonly #policy: ErrorPolicy;
  #stage: Stage = 'TRANSFORMATION';
  #executor = '';

  constructor(chain: TransformationChain, converters: TaskConverters, policy: ErrorPolicy) {
    this.#chain = chain;
    this.#converters = converters;
    this.#policy = policy;
  }

  /** Converts all, or up to the first record that fails where errors are not tolerated. */
  async convert(records: readonly SourceRecord[]): Promise<ConvertedBatch> {
    if (this.#chain.stages.length === 0) {
      const whole = this.#convertWhole(records);
      if (whole !== null) {
        return whole;
      }
    }
    const batch: BatchInMaking = { out: [], sources: [], dropped: [], error: null };
    let next = 0;
    while (next < records.length) {
      const failure = this.#convertFrom(records, next, batch);
      if (failure === null) {
        break;
      }
      next = failure.index;
      const decision = await this.#policy.onFailure(failure).catch(toError);
      if (decision instanceof Error) {
        batch.error = decision;
        break;
      }
      const failed = records[next];
      if (decision === 'skip' && failed !== undefined) {
        batch.dropped.push(failed);
        next += 1;
      }
    }
    return batch;
  }

  /** The usual case: no transforms, and nothing fails. null: something does, and all is to be done with care. */
  #convertWhole(records: readonly SourceRecord[]): ConvertedBatch | null {
    try {
      const out = records.map((record) => this.#toProducerRecord(record));
      this.#policy.settle();
      return { out, sources: records, dropped: [], error: null };
    } catch {
      return null;
    }
  }

  /** Converts until the end or the first failure. */
  #convertFrom(
    records: readonly SourceRecord[],
    start: number,
    batch: BatchInMaking,
  ): (StageFailure & { readonly index: number }) | null {
    const transforms = this.#chain.stages.length > 0;
    let index = start;
    try {
      for (; index < records.length; index += 1) {
        const source = records[index];
        if (source === undefined) {
          continue;
        }
        let record: SourceRecord | null = source;
        if (transforms) {
          this.#stage = 'TRANSFORMATION';
          record = sourceRecord(this.#chain.apply(source));
        }
        if (record === null) {
          batch.dropped.push(source);
        } else {
          batch.out.push(this.#toProducerRecord(record));
          batch.sources.push(source);
        }
      }
      this.#policy.settle();
      return null;
    } catch (thrown) {
      const executor = this.#stage === 'TRANSFORMATION' ? this.#chain.current : this.#executor;
      const source = records[index];
      if (source === undefined) {
        throw thrown;
      }
      const record = new PolledRecord(source);
      return { index, stage: this.#stage, executor, error: toError(thrown), record };
    }
  }

  #toProducerRecord(record: SourceRecord): ProducerRecord {
    const { key, keyClass, value, valueClass } = this.#converters;
    const headers = record.headers.length === 0 ? NO_RECORD_HEADERS : this.#headers(record);
    this.#stage = 'KEY_CONVERTER';
    this.#executor = keyClass;
    const keyBytes = key.fromConnectData(record.topic, record.keySchema, record.key, record.headers);
    this.#stage = 'VALUE_CONVERTER';
    this.#executor = valueClass;
    const valueBytes = value.fromConnectData(record.topic, record.valueSchema, record.value, record.headers);
    return {
      topic: record.topic,
      partition: record.partition,
      timestamp: record.timestamp,
      key: keyBytes,
      value: valueBytes,
      headers,
    };
  }

  #headers(record: SourceRecord): readonly RecordHeader[] {
    const { header, headerClass } = this.#converters;
    this.#stage = 'HEADER_CONVERTER';
    this.#executor = headerClass;
    return record.headers.map(({ key, schema, value }) => ({
      key,
      value: header.fromConnectHeader(record.topic, key, schema, value),
    }));
  }
}

function sourceRecord(record: ConnectRecord | null): SourceRecord | null {
  if (record !== null && !(record instanceof SourceRecord)) {
    throw new DataError('The transform made something else of a source record; it must use newRecord()');
  }
  return record;
}
