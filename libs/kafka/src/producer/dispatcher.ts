import { toError } from '@millrace/connect-api';
import type { Logger } from 'pino';
import { ErrorCode } from '../client/error-codes.ts';
import type { KafkaClient } from '../client/kafka-client.ts';
import { partitionKey } from '../client/topic-partitions.ts';
import { KafkaError } from '../errors.ts';
import type { RecordBatchBuilder } from '../records/record-batch-builder.ts';
import { Alarm } from '../timing/alarm.ts';
import type { BuilderPool } from './builder-pool.ts';
import { divideBatch } from './divide-batch.ts';
import type { PartitionQueue } from './partition-queue.ts';
import { produceRequest, refusalOf, type ProducePartitionResponse } from './produce-request.ts';
import type { BatchOutcome, ProducerBatch } from './producer-batch.ts';
import { ProducerTimeoutError, RecordTooLargeError } from './producer-errors.ts';
import type { ProducerSettings } from './producer-settings.ts';
import type { SendGate } from './producer.ts';

export interface DispatcherOptions {
  readonly client: KafkaClient;
  /** The lane of this producer's own connections. */
  readonly lane: string;
  readonly clientId: string;
  readonly settings: ProducerSettings;
  readonly gate: SendGate;
  readonly pool: BuilderPool;
  readonly logger: Logger;
  /** True: linger.ms does not count now (flush, full buffers, close). */
  readonly urgent: () => boolean;
  /** The leader of some partition of the topic is not known (any more). */
  readonly onLeaderLost: (topic: string) => void;
  /** A batch that held so many bytes of the buffers is over. */
  readonly onFreed: (bytes: number) => void;
}

/** One partition's part of a request under way. */
interface Flight {
  readonly queue: PartitionQueue;
  readonly batch: ProducerBatch;
}

/**
 * Sends what is ready: per broker up to `max.in.flight.requests.per.connection` requests, each of one batch for each of
 * its partitions up to `max.request.size`, and never two batches of a partition at a time.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  /** Partitions with something to send and nothing in flight. */
  readonly #queued = new Set<PartitionQueue>();
  readonly #flights = new Set<Flight>();
  /** Requests under way by broker id. */
  readonly #requests = new Map<number, number>();
  readonly #alarm = new Alarm(() => {
    this.pump();
  });
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** The partition has got a record. */
  list(queue: PartitionQueue): void {
    if (queue.listed || queue.inFlight) return;
    queue.listed = true;
    this.#queued.add(queue);
  }

  /** Sends what can be sent now, and sees to it that it is called again when that changes with time. */
  pump(): void {
    if (this.#closed) return;
    const now = performance.now();
    const urgent = this.#options.urgent();
    const ready = new Map<number, PartitionQueue[]>();
    let wakeAt = this.#expire(now);
    for (const queue of this.#queued) {
      const at = urgent ? queue.notBefore : queue.readyAt();
      if (at > now) {
        wakeAt = Math.min(wakeAt, at);
      } else if (queue.leader < 0) {
        this.#options.onLeaderLost(queue.topic);
      } else {
        const others = ready.get(queue.leader);
        if (others === undefined) ready.set(queue.leader, [queue]);
        else others.push(queue);
      }
    }
    for (const [leader, queues] of ready) this.#sendTo(leader, queues);
    if (wakeAt < Number.POSITIVE_INFINITY) this.#alarm.setFor(wakeAt);
  }

  /** Ends everything with this error; answers to requests under way do not count any more. */
  close(error: Error): void {
    this.#closed = true;
    this.#alarm.cancel();
    for (const queue of this.#queued) this.#failAll(queue, error);
    for (const { queue, batch } of this.#flights) {
      if (!batch.answered) this.#answer(batch, { error });
      this.#failAll(queue, error);
    }
    this.#queued.clear();
    this.#options.pool.close();
  }

  #sendTo(leader: number, queues: PartitionQueue[]): void {
    const { maxInFlight, maxRequestSize } = this.#options.settings;
    let first = 0;
    while (first < queues.length && (this.#requests.get(leader) ?? 0) < maxInFlight) {
      const flights: Flight[] = [];
      for (let size = 0; first < queues.length; first++) {
        const queue = queues[first] as PartitionQueue;
        size += queue.peek()?.builder.size ?? 0;
        if (flights.length > 0 && size > maxRequestSize) break;
        const batch = queue.take();
        if (batch !== null) flights.push({ queue, batch });
      }
      if (flights.length > 0) void this.#send(leader, flights);
    }
  }

  async #send(leader: number, flights: readonly Flight[]): Promise<void> {
    const { client, lane, clientId, settings, gate } = this.#options;
    this.#requests.set(leader, (this.#requests.get(leader) ?? 0) + 1);
    for (const flight of flights) {
      this.#queued.delete(flight.queue);
      flight.queue.listed = false;
      flight.queue.inFlight = true;
      flight.batch.attempts++;
      this.#flights.add(flight);
    }
    const gated: { refusal: Error | null } = { refusal: null };
    const request = produceRequest({
      acks: settings.acks,
      timeoutMs: settings.requestTimeoutMs,
      lane,
      clientId,
      partitions: flights.map(({ batch }) => batch),
      beforeWrite: () => {
        try {
          gate();
        } catch (error) {
          gated.refusal = toError(error);
          throw error;
        }
      },
    });
    try {
      const answers = await client.send(leader, request);
      this.#landed(flights, answers);
    } catch (error) {
      const { refusal } = gated;
      for (const flight of flights) this.#failed(flight, refusal ?? toError(error), refusal === null);
    }
    this.#requests.set(leader, (this.#requests.get(leader) ?? 1) - 1);
    this.pump();
  }

  #landed(flights: readonly Flight[], answers: readonly ProducePartitionResponse[]): void {
    const byPartition = new Map(answers.map((answer) => [partitionKey(answer), answer]));
    for (const flight of flights) {
      const answer = byPartition.get(partitionKey(flight.batch));
      if (answer === undefined && this.#options.settings.acks !== 0) {
        const missing = `The answer to Produce does not name ${nameOf(flight.batch)}`;
        this.#failed(flight, new KafkaError(missing, { retriable: true }), true);
      } else if (answer === undefined || answer.errorCode === ErrorCode.NONE) {
        const { batch } = flight;
        this.#end(flight);
        if (batch.answered) continue;
        const { baseOffset, logAppendTime } = answer ?? NOT_TOLD;
        const builder = this.#answer(batch, { baseOffset, logAppendTime });
        // Without an answer the socket may still hold the bytes.
        if (answer !== undefined) this.#options.pool.give(builder);
      } else if (TOO_LARGE.has(answer.errorCode)) {
        this.#tooLarge(flight);
      } else {
        this.#failed(flight, refusalOf(answer), true);
      }
    }
  }

  #tooLarge(flight: Flight): void {
    const { batch, queue } = flight;
    this.#end(flight);
    if (batch.answered) return;
    const { size } = batch.builder;
    if (batch.count === 1) {
      const message = `A record for ${nameOf(batch)} takes ${size} bytes, more than the broker takes for the topic`;
      this.#answer(batch, { error: new RecordTooLargeError(message, size) });
      return;
    }
    queue.shrink(size);
    const halves = divideBatch(batch, this.#options.pool);
    queue.putBack(...halves);
    this.list(queue);
    this.#options.onFreed(size - halves[0].builder.size - halves[1].builder.size);
  }

  /** `mayRetry` false: the gate said no. */
  #failed(flight: Flight, error: Error, mayRetry: boolean): void {
    const { batch, queue } = flight;
    const { settings, logger, onLeaderLost } = this.#options;
    this.#end(flight);
    if (batch.answered) return;
    const retriable = mayRetry && error instanceof KafkaError && error.retriable;
    if (!retriable || batch.attempts > settings.retries) {
      this.#answer(batch, { error });
      return;
    }
    const fields = {
      topic: batch.topic,
      partition: batch.partition,
      attempt: batch.attempts,
      error: error.message,
    };
    logger[batch.attempts === 1 ? 'warn' : 'debug'](fields, 'A batch could not be written; trying again');
    batch.lastError = error;
    queue.putBack(batch);
    queue.notBefore = performance.now() + backoff(settings, batch.attempts);
    queue.leader = -1;
    this.list(queue);
    onLeaderLost(queue.topic);
  }

  /** Fails what is older than `delivery.timeout.ms`; when the next batch will be. */
  #expire(now: number): number {
    const { deliveryTimeoutMs } = this.#options.settings;
    let next = Number.POSITIVE_INFINITY;
    for (const { batch } of this.#flights) {
      const at = batch.createdAt + deliveryTimeoutMs;
      if (batch.answered || at > now) next = batch.answered ? next : Math.min(next, at);
      else this.#answer(batch, { error: this.#timeout(batch) });
    }
    for (const queue of this.#queued) {
      for (let batch = queue.peek(); batch !== null; batch = queue.peek()) {
        const at = batch.createdAt + deliveryTimeoutMs;
        if (at > now) {
          next = Math.min(next, at);
          break;
        }
        queue.take();
        this.#answer(batch, { error: this.#timeout(batch) });
      }
      if (queue.empty) this.#unlist(queue);
    }
    return next;
  }

  #timeout(batch: ProducerBatch): ProducerTimeoutError {
    const { deliveryTimeoutMs } = this.#options.settings;
    const why = batch.lastError === null ? '' : `; the last attempt: ${batch.lastError.message}`;
    return new ProducerTimeoutError(
      `${batch.count} records for ${nameOf(batch)} were not acknowledged within delivery.timeout.ms=${deliveryTimeoutMs}${why}`,
      batch.lastError ?? undefined,
    );
  }

  #end(flight: Flight): void {
    this.#flights.delete(flight);
    flight.queue.inFlight = false;
    if (!flight.queue.empty) this.list(flight.queue);
  }

  #failAll(queue: PartitionQueue, error: Error): void {
    for (let batch = queue.take(); batch !== null; batch = queue.take()) this.#answer(batch, { error });
    this.#unlist(queue);
  }

  #unlist(queue: PartitionQueue): void {
    queue.listed = false;
    this.#queued.delete(queue);
  }

  /** Ends a batch; its builder may be used again unless a request with its bytes may still be under way. */
  #answer(batch: ProducerBatch, outcome: BatchOutcome): RecordBatchBuilder {
    const { size } = batch.builder;
    const builder = batch.answer(outcome);
    this.#options.onFreed(size);
    return builder;
  }
}

const NOT_TOLD = { baseOffset: -1, logAppendTime: -1 };

const TOO_LARGE: ReadonlySet<number> = new Set([
  ErrorCode.MESSAGE_TOO_LARGE,
  ErrorCode.RECORD_LIST_TOO_LARGE,
]);

function nameOf({ topic, partition }: ProducerBatch): string {
  return `${topic}-${partition}`;
}

/** Grows from attempt to attempt, and differs by a fifth either way, so that clients do not come back all at once. */
function backoff(
  { retryBackoffMs, retryBackoffMaxMs }: Pick<ProducerSettings, 'retryBackoffMs' | 'retryBackoffMaxMs'>,
  attempts: number,
): number {
  return Math.min(retryBackoffMs * 2 ** (attempts - 1), retryBackoffMaxMs) * (0.8 + 0.4 * Math.random());
}
