import { toError } from '@millrace/connect-api';
import type { Logger } from 'pino';
import type { KafkaClient } from '../client/kafka-client.ts';
import { KafkaError, ProducerClosedError } from '../errors.ts';
import type { ProducerRecord } from '../records/record.ts';
import { Alarm, LONGEST_TIMER } from '../timing/alarm.ts';
import { BuilderPool } from './builder-pool.ts';
import { Dispatcher } from './dispatcher.ts';
import { PartitionQueue } from './partition-queue.ts';
import { SendInProgress } from './pending-send.ts';
import { ProducerTimeoutError } from './producer-errors.ts';
import { producerSettings, type ProducerSettings } from './producer-settings.ts';
import type { PendingSend, Producer, SendGate } from './producer.ts';
import { TopicDirectory } from './topic-directory.ts';
import { TopicRoute } from './topic-route.ts';

export interface ProducerOptions {
  readonly gate?: SendGate;
  readonly logger: Logger;
}

/**
 * A producer over the cluster of `client`, which stays the caller's to close. `settings` are the Java producer's; throws
 * ConfigError for one that is wrong or cannot be honoured.
 */
export function createProducer(
  client: KafkaClient,
  settings: Readonly<Record<string, string>>,
  options: ProducerOptions,
): Producer {
  return new PipelinedProducer(client, settings, options);
}

let lanes = 0;

class PipelinedProducer implements Producer {
  readonly #client: KafkaClient;
  readonly #settings: ProducerSettings;
  readonly #lane = `produce-${++lanes}`;
  readonly #topics: TopicDirectory;
  readonly #dispatcher: Dispatcher;
  /** Not answered whole. */
  readonly #outstanding = new Set<SendInProgress>();
  /** Those that are not in the buffers whole, in the order of their calls; the first one is what `#blocked` is about. */
  readonly #waiting: SendInProgress[] = [];
  readonly #blockAlarm = new Alarm(() => {
    this.#advance();
  });
  /** Bytes of records in the buffers. */
  #used = 0;
  /** performance.now() when a record last went into the buffers. */
  #lastPlaced = 0;
  #flushing = 0;
  #advancing = false;
  #closed = false;

  constructor(
    client: KafkaClient,
    props: Readonly<Record<string, string>>,
    { gate, logger }: ProducerOptions,
  ) {
    const settings = producerSettings(props, client.props, logger);
    this.#client = client;
    this.#settings = settings;
    const pool = new BuilderPool(settings);
    this.#topics = new TopicDirectory({
      client,
      settings,
      createRoute: (topic) =>
        new TopicRoute({
          settings,
          createQueue: (partition) => new PartitionQueue({ topic, partition }, settings, pool),
          random: Math.random,
        }),
      needed: (topic) => this.#needs(topic),
      onNews: () => {
        this.#advance();
      },
    });
    this.#dispatcher = new Dispatcher({
      client,
      lane: this.#lane,
      clientId: props['client.id'] ?? client.clientId,
      settings,
      gate: gate ?? (() => undefined),
      pool,
      logger,
      urgent: () => this.#flushing > 0 || this.#waiting.length > 0,
      onLeaderLost: (topic) => {
        this.#topics.want(topic);
      },
      onFreed: (bytes) => {
        this.#used -= bytes;
        this.#advanceSoon();
      },
    });
  }

  send(records: readonly ProducerRecord[]): PendingSend {
    const at = { timestamp: Date.now(), calledAt: performance.now() };
    const send = new SendInProgress(records, at, (over) => this.#outstanding.delete(over));
    if (this.#closed) {
      refuseRest(send, closedError());
      return send;
    }
    if (records.length === 0) return send;
    this.#outstanding.add(send);
    if (this.#waiting.length > 0 || !this.#place(send, at.calledAt)) {
      this.#waiting.push(send);
      this.#setBlockAlarm();
    }
    this.#dispatcher.pump();
    return send;
  }

  async flush(): Promise<void> {
    const outstanding = [...this.#outstanding];
    this.#flushing++;
    this.#dispatcher.pump();
    await Promise.all(outstanding.map(({ done }) => done));
    this.#flushing--;
  }

  async close(timeoutMs: number): Promise<void> {
    this.#closed = true;
    if (timeoutMs > 0) await within(timeoutMs, this.flush());
    const error = closedError();
    for (const send of this.#waiting.splice(0)) refuseRest(send, error);
    this.#dispatcher.close(error);
    this.#topics.close();
    this.#blockAlarm.cancel();
    this.#client.closeLane(this.#lane);
  }

  /** Puts records of the send into the buffers; false when the next one has to wait. */
  #place(send: SendInProgress, now: number): boolean {
    const { next } = send;
    const { bufferMemory } = this.#settings;
    let topic = '';
    let route: TopicRoute | undefined;
    let placing = true;
    for (let record = send.record; placing && record !== undefined; record = send.record) {
      if (route === undefined || record.topic !== topic) {
        topic = record.topic;
        route = this.#route(topic, now);
      }
      const queue = route?.choose(record);
      if (queue === undefined) placing = this.#withoutQueue(send, record, now);
      else if (this.#used >= bufferMemory) placing = false;
      else this.#append(queue, send, record);
    }
    if (send.next > next) this.#lastPlaced = now;
    return placing;
  }

  #route(topic: string, now: number): TopicRoute | undefined {
    const route = this.#topics.route(topic);
    if (route !== undefined && now - route.loadedAt > this.#settings.metadataMaxAgeMs)
      this.#topics.want(topic);
    return route;
  }

  /** The record's topic or partition is not known: true when it is refused for that, false when it has to wait. */
  #withoutQueue(send: SendInProgress, { topic, partition }: ProducerRecord, now: number): boolean {
    const valid = partition === null || (Number.isInteger(partition) && partition >= 0);
    const refusal = valid
      ? this.#topics.lastingError(topic, now)
      : new KafkaError(`A record for topic ${topic} has the invalid partition ${partition}`, {
          retriable: false,
        });
    if (refusal === null) {
      this.#topics.want(topic);
      return false;
    }
    send.refused(refusal);
    return true;
  }

  #append(queue: PartitionQueue, send: SendInProgress, record: ProducerRecord): void {
    try {
      this.#used += queue.append(record, send);
      this.#dispatcher.list(queue);
    } catch (error) {
      // Too large, or not what it should be: the others do not suffer for it.
      send.refused(toError(error));
    }
  }

  /** Goes on with the sends that wait, as far as that is possible now. */
  #advance(): void {
    const now = performance.now();
    for (let send = this.#waiting[0]; send !== undefined; send = this.#waiting[0]) {
      if (this.#place(send, now)) this.#waiting.shift();
      else if (this.#blockedUntil(send) > now) break;
      else send.refused(this.#blockedError(send.record as ProducerRecord));
    }
    this.#setBlockAlarm();
    this.#dispatcher.pump();
  }

  #advanceSoon(): void {
    if (this.#advancing || this.#waiting.length === 0) return;
    this.#advancing = true;
    queueMicrotask(() => {
      this.#advancing = false;
      this.#advance();
    });
  }

  #setBlockAlarm(): void {
    const first = this.#waiting[0];
    this.#blockAlarm.cancel();
    if (first !== undefined) this.#blockAlarm.setFor(this.#blockedUntil(first));
  }

  #blockedUntil(send: SendInProgress): number {
    return Math.max(send.calledAt, this.#lastPlaced) + this.#settings.maxBlockMs;
  }

  #blockedError({ topic, partition }: ProducerRecord): ProducerTimeoutError {
    const { maxBlockMs, bufferMemory } = this.#settings;
    const route = this.#topics.route(topic);
    const cause = this.#topics.lastError(topic);
    const after = `after max.block.ms=${maxBlockMs}`;
    if (route === undefined) {
      const why = cause === null ? '' : `: ${cause.message}`;
      return new ProducerTimeoutError(`Topic ${topic} is not present in metadata ${after}${why}`, cause);
    }
    if (partition !== null && partition >= route.partitions) {
      const what = `Partition ${partition} of topic ${topic} with partition count ${route.partitions}`;
      return new ProducerTimeoutError(`${what} is not present in metadata ${after}`, cause);
    }
    return new ProducerTimeoutError(
      `The buffers (buffer.memory=${bufferMemory}) are still full ${after}`,
      cause,
    );
  }

  #needs(topic: string): boolean {
    const first = this.#waiting[0];
    if (first?.record?.topic === topic) return true;
    const route = this.#topics.route(topic);
    if (route === undefined) return false;
    return route.leaderless || performance.now() - route.loadedAt > this.#settings.metadataMaxAgeMs;
  }
}

function closedError(): ProducerClosedError {
  return new ProducerClosedError('The producer was closed before the record was acknowledged', {
    retriable: false,
  });
}

function refuseRest(send: SendInProgress, error: Error): void {
  while (send.record !== undefined) send.refused(error);
}

/** Waits for the promise, but not for longer. */
async function within(timeoutMs: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(timeoutMs, LONGEST_TIMER));
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}
