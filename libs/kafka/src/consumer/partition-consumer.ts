import type { Logger } from 'pino';
import type { KafkaClient, TopicPartition } from '../client/kafka-client.ts';
import { KafkaError } from '../errors.ts';
import type { FetchedBatch } from '../records/record.ts';
import type { OffsetAndPartition } from './consumer.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import { FetchBuffer } from './fetch-buffer.ts';
import { Fetcher } from './fetcher.ts';
import { listOffsets } from './offset-lookup.ts';
import { PartitionState, type PositionSource } from './partition-state.ts';
import { PositionResolver, type PositionResolverOptions } from './position-resolver.ts';
import { Signal } from '../timing/signal.ts';
import { partitionKey } from '../client/topic-partitions.ts';

export interface PartitionConsumerOptions {
  readonly client: KafkaClient;
  /** What the broker sees as the client's id. */
  readonly clientId: string;
  readonly settings: ConsumerSettings;
  readonly logger: Logger;
  readonly committed: PositionResolverOptions['committed'];
}

/** Reads a set of partitions: what assigned and group consumers have in common. */
export class PartitionConsumer {
  readonly #options: PartitionConsumerOptions;
  readonly #states = new Map<string, PartitionState>();
  readonly #buffer = new FetchBuffer();
  readonly #fetcher: Fetcher;
  readonly #resolver: PositionResolver;
  readonly #arrived = new Signal();
  readonly #resolved = new Signal();
  #mayHaveFailed = false;
  #woken = false;
  #nudges = 0;
  #closed = false;

  constructor(options: PartitionConsumerOptions) {
    this.#options = options;
    const { client, clientId, settings, logger, committed } = options;
    const onFailure = (): void => {
      this.#mayHaveFailed = true;
      this.#arrived.notify();
      this.#resolved.notify();
    };
    this.#resolver = new PositionResolver({
      client,
      settings,
      logger,
      committed,
      states: this.#states,
      onFailure,
      onResolved: () => {
        this.#resolved.notify();
        this.#fetcher.pump();
      },
    });
    this.#fetcher = new Fetcher({
      client,
      clientId,
      settings,
      logger,
      buffer: this.#buffer,
      states: this.#states,
      onFailure,
      onArrival: () => {
        this.#arrived.notify();
      },
      onUnresolved: () => {
        this.#resolver.kick();
      },
    });
  }

  /** Partitions that stay keep position, pause and buffer, unless an offset is given; new ones start by `source`. */
  assign(
    partitions: readonly (TopicPartition & { readonly offset?: number })[],
    source: PositionSource,
  ): void {
    const next = partitions.map((at) => {
      const state = this.#states.get(partitionKey(at)) ?? new PartitionState(at, source);
      if (at.offset !== undefined) {
        state.moveTo(at.offset);
      }
      return state;
    });
    const kept = new Set(next);
    for (const state of this.#states.values()) {
      if (!kept.has(state)) {
        state.abandon();
      }
    }
    this.#states.clear();
    for (const state of next) {
      this.#states.set(partitionKey(state), state);
    }
    this.#changed();
  }

  assignment(): readonly TopicPartition[] {
    return [...this.#states.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  /** `between` runs before each look at what arrived; see `GroupConsumer`. */
  async poll(timeoutMs: number, between?: () => Promise<void>): Promise<readonly FetchedBatch[]> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      this.#requireOpen();
      const nudges = this.#nudges;
      await between?.();
      this.#requireOpen();
      const { batches, advanced } = this.#drain();
      if (advanced) {
        return batches;
      }
      const left = deadline - performance.now();
      if (this.#woken || left <= 0) {
        this.#woken = false;
        return [];
      }
      // What came up since `between` has run must not wait for the next arrival.
      if (this.#nudges === nudges) await this.#arrived.wait(left);
    }
  }

  /** Lets a waiting `poll` look again: at what `between` does, or at `wakeup`. */
  nudge(): void {
    this.#nudges += 1;
    this.#arrived.notify();
  }

  wakeup(): void {
    this.#woken = true;
    this.#arrived.notify();
  }

  async position(at: TopicPartition): Promise<number> {
    const deadline = performance.now() + this.#options.settings.apiTimeoutMs;
    for (;;) {
      this.#requireOpen();
      const state = this.#state(at);
      if (state.position !== null) {
        return state.position;
      }
      this.#throwFailure(state);
      const left = deadline - performance.now();
      if (left <= 0) {
        const message = `The position of ${at.topic}-${at.partition} could not be found in time`;
        throw new KafkaError(message, { retriable: true });
      }
      await this.#resolved.wait(left);
    }
  }

  seek({ topic, partition, offset }: OffsetAndPartition): void {
    this.#state({ topic, partition }).moveTo(offset);
    this.#changed();
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) {
      this.#state(at).paused = true;
    }
    // What waits for them takes no room from the others any more.
    this.#fetcher.pump();
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) {
      this.#state(at).paused = false;
    }
    this.#changed();
  }

  endOffsets(partitions: readonly TopicPartition[]): Promise<readonly OffsetAndPartition[]> {
    return listOffsets(this.#options.client, partitions, {
      spec: 'latest',
      settings: this.#options.settings,
    });
  }

  beginningOffsets(partitions: readonly TopicPartition[]): Promise<readonly OffsetAndPartition[]> {
    return listOffsets(this.#options.client, partitions, {
      spec: 'earliest',
      settings: this.#options.settings,
    });
  }

  close(): void {
    this.#closed = true;
    this.#fetcher.close();
    this.#resolver.close();
    this.#states.clear();
    this.#arrived.notify();
    this.#resolved.notify();
  }

  #drain(): ReturnType<FetchBuffer['drain']> {
    if (this.#mayHaveFailed) {
      this.#mayHaveFailed = false;
      for (const state of this.#states.values()) {
        this.#throwFailure(state);
      }
    }
    const before = this.#buffer.bytes;
    try {
      return this.#buffer.drain(this.#options.settings.maxPollRecords);
    } finally {
      if (this.#buffer.bytes !== before) {
        this.#fetcher.pump();
      }
    }
  }

  /** Throws a partition's failure once; what it lacks is looked for again after a pause. */
  #throwFailure(state: PartitionState): void {
    const { failure } = state;
    if (failure !== null) {
      state.failure = null;
      state.loseLeader(this.#options.settings);
      // Others may have failed too: the next call looks.
      this.#mayHaveFailed = true;
      this.#changed();
      throw failure;
    }
  }

  #changed(): void {
    this.#resolver.kick();
    this.#fetcher.pump();
  }

  #state(at: TopicPartition): PartitionState {
    const state = this.#states.get(partitionKey(at));
    if (state === undefined) {
      const message = `No current assignment for partition ${at.topic}-${at.partition}`;
      throw new KafkaError(message, { retriable: false });
    }
    return state;
  }

  #requireOpen(): void {
    if (this.#closed) {
      throw new KafkaError('The consumer is closed', { retriable: false });
    }
  }
}
