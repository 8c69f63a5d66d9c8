import { DataError, NO_HEADERS, SinkRecord, toError, type Headers } from '@millrace/connect-api';
import type { ConsumerRecord, FetchedBatch } from '@millrace/kafka';
import { ConsumedRecord } from '../errors/consumed-record.ts';
import type { ErrantRecords } from '../errors/errant-records.ts';
import type { ErrorPolicy } from '../errors/error-policy.ts';
import type { Stage, StageFailure } from '../errors/stages.ts';
import type { TaskConverters } from './converters.ts';
import type { TransformationChain } from './transformation-chain.ts';

/** From what was fetched to what a sink task is given: key, value and header converters, then transforms. */
export class SinkPipeline {
  readonly #chain: TransformationChain;
  readonly #converters: TaskConverters;
  readonly #policy: ErrorPolicy;
  readonly #errant: ErrantRecords | null;
  #stage: Stage = 'KEY_CONVERTER';
  #executor = '';

  /** `errant`: is told what each record was made of, where the task may report it later. */
  constructor(
    chain: TransformationChain,
    converters: TaskConverters,
    policy: ErrorPolicy,
    errant: ErrantRecords | null,
  ) {
    this.#chain = chain;
    this.#converters = converters;
    this.#policy = policy;
    this.#errant = errant;
  }

  /** Appends the batch's records to `into`. Throws when one fails and errors are not tolerated. */
  async convert(batch: FetchedBatch, into: SinkRecord[]): Promise<void> {
    await this.#prepare(batch);
    let next = 0;
    while (next < batch.records.length) {
      const failure = this.#convertFrom(batch, next, into);
      if (failure === null) {
        return;
      }
      next = failure.index;
      if ((await this.#policy.onFailure(failure)) === 'skip') {
        next += 1;
      }
    }
  }

  async #prepare(batch: FetchedBatch): Promise<void> {
    const { key, value } = this.#converters;
    if (key.prepare !== undefined) {
      await key.prepare(
        batch.topic,
        batch.records.map((record) => record.key),
      );
    }
    if (value.prepare !== undefined) {
      await value.prepare(
        batch.topic,
        batch.records.map((record) => record.value),
      );
    }
  }

  #convertFrom(
    batch: FetchedBatch,
    start: number,
    into: SinkRecord[],
  ): (StageFailure & { readonly index: number }) | null {
    const transforms = this.#chain.stages.length > 0;
    const records = batch.records;
    let index = start;
    try {
      for (; index < records.length; index += 1) {
        const raw = records[index];
        if (raw === undefined) {
          continue;
        }
        const record = this.#toSinkRecord(batch, raw);
        const made = transforms ? this.#transformed(record) : record;
        if (made !== null) {
          into.push(made);
          this.#errant?.given(made, new ConsumedRecord(batch, raw));
        }
      }
      this.#policy.settle();
      return null;
    } catch (thrown) {
      const executor = this.#stage === 'TRANSFORMATION' ? this.#chain.current : this.#executor;
      const raw = records[index];
      if (raw === undefined) {
        throw thrown;
      }
      const record = new ConsumedRecord(batch, raw);
      return { index, stage: this.#stage, executor, error: toError(thrown), record };
    }
  }

  #transformed(record: SinkRecord): SinkRecord | null {
    this.#stage = 'TRANSFORMATION';
    const transformed = this.#chain.apply(record);
    if (transformed !== null && !(transformed instanceof SinkRecord)) {
      throw new DataError('The transform made something else of a sink record; it must use newRecord()');
    }
    return transformed;
  }

  #toSinkRecord(batch: FetchedBatch, raw: ConsumerRecord): SinkRecord {
    const { key, keyClass, value, valueClass } = this.#converters;
    this.#stage = 'KEY_CONVERTER';
    this.#executor = keyClass;
    const keyData = key.toConnectData(batch.topic, raw.key);
    this.#stage = 'VALUE_CONVERTER';
    this.#executor = valueClass;
    const valueData = value.toConnectData(batch.topic, raw.value);
    return new SinkRecord({
      topic: batch.topic,
      partition: batch.partition,
      keySchema: keyData.schema,
      key: keyData.value,
      valueSchema: valueData.schema,
      value: valueData.value,
      kafkaOffset: raw.offset,
      timestamp: raw.timestamp < 0 ? null : raw.timestamp,
      timestampType: batch.timestampType,
      headers: raw.headers.length === 0 ? NO_HEADERS : this.#headers(batch.topic, raw),
    });
  }

  #headers(topic: string, raw: ConsumerRecord): Headers {
    const { header, headerClass } = this.#converters;
    this.#stage = 'HEADER_CONVERTER';
    this.#executor = headerClass;
    return raw.headers.map(({ key, value }) => ({ key, ...header.toConnectHeader(topic, key, value) }));
  }
}
