import {
  KafkaError,
  ProducerFencedError,
  type LogRecord,
  type TransactionalLogWriter,
} from '@millrace/kafka';
import type { MemoryTopic, MemoryTransaction } from '../log/memory-topic.ts';

const TRANSACTIONAL_ID = 'connect-cluster-memory';

/** Transactions on a MemoryTopic, with the fencing of a broker. */
export class MemoryTransactionalWriter implements TransactionalLogWriter {
  readonly #topic: MemoryTopic;
  #epoch: number | null = null;
  #transaction: MemoryTransaction | null = null;

  constructor(topic: MemoryTopic) {
    this.#topic = topic;
  }

  get initialised(): boolean {
    return this.#epoch !== null;
  }

  async initialise(): Promise<void> {
    await Promise.resolve();
    this.#topic.abortOpenTransactions(TRANSACTIONAL_ID);
    this.#epoch = this.#topic.nextEpoch(TRANSACTIONAL_ID);
    this.#transaction = null;
  }

  async append(records: readonly LogRecord[]): Promise<{ readonly baseOffset: number }> {
    await Promise.resolve();
    this.#requireEpoch();
    this.#transaction ??= this.#topic.beginTransaction(TRANSACTIONAL_ID);
    const baseOffset = this.#topic.endOffset(0, false);
    for (const { key, value, headers } of records) {
      const text = key === null ? null : Buffer.from(key).toString('utf8');
      this.#topic.append({ key: text, value, headers: headers ?? [] }, this.#transaction);
    }
    return { baseOffset };
  }

  async commit(): Promise<void> {
    await this.#end('committed');
  }

  async abort(): Promise<void> {
    await this.#end('aborted');
  }

  close(): Promise<void> {
    this.#epoch = null;
    return Promise.resolve();
  }

  async #end(state: 'committed' | 'aborted'): Promise<void> {
    await Promise.resolve();
    this.#requireEpoch();
    if (this.#transaction !== null) {
      this.#topic.endTransaction(this.#transaction, state);
      this.#transaction = null;
    }
  }

  #requireEpoch(): void {
    if (this.#epoch === null) {
      throw new KafkaError('The transactional writer is not initialised', { retriable: true });
    }
    if (this.#epoch !== this.#topic.epoch(TRANSACTIONAL_ID)) {
      this.#epoch = null;
      throw new ProducerFencedError('Another writer was initialised', { retriable: false });
    }
  }
}
