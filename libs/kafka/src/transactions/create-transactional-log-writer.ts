import type { KafkaClient } from '../client/kafka-client.ts';
import { ErrorCode, errorFor } from '../client/error-codes.ts';
import { KafkaError, ProducerFencedError, UnknownOutcomeError } from '../errors.ts';
import { encodeRecordBatch } from '../records/record-batch-encoder.ts';
import {
  addPartitionRequest,
  endTxnRequest,
  initProducerIdRequest,
  transactionalProduceRequest,
  type ProducerIdentity,
} from './transaction-requests.ts';
import type { LogRecord, TransactionalLogWriter } from './transactional-log-writer.ts';

export interface TransactionalLogWriterOptions {
  readonly transactionalId: string;
  readonly topic: string;
  readonly partition: number;
  readonly transactionTimeoutMs: number;
  /** Pause before a request that met CONCURRENT_TRANSACTIONS is sent again: 10 ms keeps back-to-back transactions fast. */
  readonly retryBackoffMs: number;
  /** How long such retries go on. */
  readonly retryLimitMs: number;
}

/** Steps whose failure leaves it open whether they took effect. */
type Step = 'initialise' | 'append' | 'commit' | 'abort';

export function createTransactionalLogWriter(
  client: KafkaClient,
  options: TransactionalLogWriterOptions,
): TransactionalLogWriter {
  return new RawTransactionalLogWriter(client, options);
}

class RawTransactionalLogWriter implements TransactionalLogWriter {
  readonly #client: KafkaClient;
  readonly #options: TransactionalLogWriterOptions;
  #identity: ProducerIdentity | null = null;
  #sequence = 0;
  #open = false;

  constructor(client: KafkaClient, options: TransactionalLogWriterOptions) {
    this.#client = client;
    this.#options = options;
  }

  get initialised(): boolean {
    return this.#identity !== null;
  }

  async initialise(): Promise<void> {
    this.#identity = null;
    const { transactionalId, transactionTimeoutMs } = this.#options;
    await this.#step('initialise', async () => {
      const answer = await this.#atCoordinator(
        () => initProducerIdRequest(transactionalId, transactionTimeoutMs),
        ({ error }) => error,
      );
      this.#identity = { producerId: answer.producerId, producerEpoch: answer.producerEpoch };
      this.#sequence = 0;
      this.#open = false;
    });
  }

  async append(records: readonly LogRecord[]): Promise<{ readonly baseOffset: number }> {
    return this.#step('append', async () => {
      const identity = this.#requireIdentity();
      const { transactionalId, topic, partition } = this.#options;
      if (!this.#open) {
        await this.#atCoordinator(
          () => addPartitionRequest(transactionalId, identity, { topic, partition }),
          (error) => error,
        );
        this.#open = true;
      }
      const now = Date.now();
      const batch = encodeRecordBatch(
        records.map(({ key, value, headers }) => ({ key, value, headers: headers ?? [], timestamp: now })),
        {
          compression: 'none',
          producer: { ...identity, baseSequence: this.#sequence, transactional: true },
        },
      );
      const leader = await this.#client.leader(topic, partition);
      const answer = await this.#client.send(
        leader,
        transactionalProduceRequest(transactionalId, { topic, partition }, batch),
      );
      if (answer.error !== ErrorCode.NONE) {
        await this.#client.refreshMetadata([topic]);
        throw errorFor(answer.error, `Transactional produce to ${topic}-${partition}`);
      }
      this.#sequence += records.length;
      return { baseOffset: answer.baseOffset };
    });
  }

  async commit(): Promise<void> {
    await this.#end('commit');
  }

  async abort(): Promise<void> {
    await this.#end('abort');
  }

  close(): Promise<void> {
    this.#identity = null;
    return Promise.resolve();
  }

  async #end(step: 'commit' | 'abort'): Promise<void> {
    await this.#step(step, async () => {
      const identity = this.#requireIdentity();
      if (this.#open) {
        await this.#atCoordinator(
          () => endTxnRequest(this.#options.transactionalId, identity, step === 'commit'),
          (error) => error,
        );
        this.#open = false;
      }
    });
  }

  /** Any failure ends the lease that an epoch is; its kind tells what became of the step. */
  async #step<T>(step: Step, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      this.#identity = null;
      throw classify(error, step);
    }
  }

  #requireIdentity(): ProducerIdentity {
    if (this.#identity === null) {
      throw new KafkaError('The transactional writer is not initialised', { retriable: true });
    }
    return this.#identity;
  }

  /** Sends to the transaction coordinator; follows it when it moved, and waits out what it says will pass. */
  async #atCoordinator<R>(
    request: () => Parameters<KafkaClient['send']>[1] & { decode(payload: Buffer): R },
    errorOf: (answer: R) => number,
  ): Promise<R> {
    const { transactionalId, retryBackoffMs, retryLimitMs } = this.#options;
    const deadline = performance.now() + retryLimitMs;
    for (;;) {
      const node = await this.#client.coordinator('transaction', transactionalId);
      const wire = request();
      const answer = (await this.#client.send(node, wire)) as R;
      const code = errorOf(answer);
      if (code === ErrorCode.NONE) {
        return answer;
      }
      const error = errorFor(code, wire.apiName);
      if (!error.retriable || performance.now() > deadline) {
        throw error;
      }
      if (code !== ErrorCode.CONCURRENT_TRANSACTIONS) {
        this.#client.forgetCoordinator('transaction', transactionalId);
      }
      await new Promise((resolve) => setTimeout(resolve, retryBackoffMs));
    }
  }
}

function classify(error: unknown, step: Step): unknown {
  if (!(error instanceof KafkaError) || error instanceof ProducerFencedError) {
    return error;
  }
  const certain =
    // The broker itself refused the request: nothing was done.
    error.brokerCode !== undefined &&
    error.brokerCode !== ErrorCode.INVALID_TXN_STATE &&
    error.brokerCode !== -1 &&
    !(error.retriable && (step === 'commit' || step === 'append'));
  return certain
    ? error
    : new UnknownOutcomeError(`It is not known whether this took effect: ${error.message}`, {
        retriable: true,
        brokerCode: error.brokerCode,
        cause: error,
      });
}
