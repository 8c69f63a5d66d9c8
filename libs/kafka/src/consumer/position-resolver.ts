import { toError } from '@millrace/connect-api';
import type { Logger } from 'pino';
import { findLeaders } from '../client/find-leaders.ts';
import type { KafkaClient, TopicPartition } from '../client/kafka-client.ts';
import { NoOffsetForPartitionError } from './consumer-errors.ts';
import type { OffsetAndPartition } from './consumer.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import { isRetriable, lookUpOffsets } from './offset-lookup.ts';
import type { PartitionState } from './partition-state.ts';
import { Signal } from '../timing/signal.ts';
import { partitionKey } from '../client/topic-partitions.ts';

export interface PositionResolverOptions {
  readonly client: KafkaClient;
  readonly settings: ConsumerSettings;
  readonly logger: Logger;
  readonly states: ReadonlyMap<string, PartitionState>;
  /** The group's committed offsets; partitions without one are left out. Null without a group. */
  readonly committed:
    ((partitions: readonly TopicPartition[]) => Promise<readonly OffsetAndPartition[]>) | null;
  /** Some partition has become fetchable. */
  readonly onResolved: () => void;
  /** A partition's `failure` was set. */
  readonly onFailure: () => void;
}

/** Finds leaders and start positions of partitions in the background, for as long as it takes. */
export class PositionResolver {
  readonly #options: PositionResolverOptions;
  readonly #kicked = new Signal();
  #running = false;
  #closed = false;

  constructor(options: PositionResolverOptions) {
    this.#options = options;
  }

  /** Called whenever a partition may lack a leader or a position. */
  kick(): void {
    this.#kicked.notify();
    if (!this.#running && !this.#closed) {
      this.#running = true;
      void this.#run();
    }
  }

  close(): void {
    this.#closed = true;
    this.#kicked.notify();
  }

  async #run(): Promise<void> {
    for (let open = this.#open(); open.length > 0 && !this.#closed; open = this.#open()) {
      const now = performance.now();
      const due = open.filter(({ retryAt }) => retryAt <= now);
      if (due.length === 0) {
        await this.#kicked.wait(Math.min(...open.map(({ retryAt }) => retryAt)) - now);
        continue;
      }
      try {
        await this.#turn(due);
      } catch (error) {
        this.#failed(due, toError(error));
      }
      this.#options.onResolved();
    }
    this.#running = false;
  }

  #open(): PartitionState[] {
    return [...this.#options.states.values()].filter(
      ({ leader, position, failure }) => (leader === null || position === null) && failure === null,
    );
  }

  async #turn(due: readonly PartitionState[]): Promise<void> {
    const stale = due.filter((state) => state.stale);
    if (stale.length > 0) {
      await this.#options.client.refreshMetadata(topicsOf(stale));
      for (const state of stale) {
        state.stale = false;
      }
    }
    await this.#findLeaders(due.filter(({ leader }) => leader === null));
    const led = due.filter(({ leader, position }) => leader !== null && position === null);
    const fromGroup = led.filter(({ source }) => source === 'committed');
    if (fromGroup.length > 0) {
      await this.#fromGroup(fromGroup);
    }
    const fromPolicy = led.filter(({ source, position }) => source === 'reset' && position === null);
    if (fromPolicy.length > 0) {
      await this.#fromPolicy(fromPolicy);
    }
  }

  async #findLeaders(states: readonly PartitionState[]): Promise<void> {
    const { led, failed } = await findLeaders(this.#options.client, states);
    for (const { at, leader } of led) {
      at.leader = leader;
    }
    for (const { at, error } of failed) {
      this.#failed([at], error);
    }
  }

  async #fromGroup(states: readonly PartitionState[]): Promise<void> {
    const epochs = states.map(({ epoch }) => epoch);
    const committed =
      (await this.#options.committed?.(states.map(({ topic, partition }) => ({ topic, partition })))) ?? [];
    const offsets = new Map(committed.map((at) => [partitionKey(at), at.offset]));
    states.forEach((state, index) => {
      if (state.epoch !== epochs[index]) {
        return;
      }
      const offset = offsets.get(partitionKey(state));
      if (offset === undefined) {
        state.source = 'reset';
      } else {
        state.moveTo(offset);
      }
    });
  }

  async #fromPolicy(states: readonly PartitionState[]): Promise<void> {
    const { client, settings, onFailure } = this.#options;
    const policy = settings.autoOffsetReset;
    if (policy === 'none') {
      for (const state of states) {
        state.failure = new NoOffsetForPartitionError(state, null);
      }
      onFailure();
      return;
    }
    const epochs = new Map(states.map((state) => [partitionKey(state), { state, epoch: state.epoch }]));
    const what = { spec: policy, isolationLevel: settings.isolationLevel };
    const { found, failed } = await lookUpOffsets(client, states, what);
    for (const at of found) {
      const asked = epochs.get(partitionKey(at));
      if (asked !== undefined && asked.state.epoch === asked.epoch) {
        asked.state.moveTo(at.offset);
      }
    }
    for (const { at, error } of failed) {
      const asked = epochs.get(partitionKey(at));
      if (asked !== undefined) {
        this.#failed([asked.state], error);
      }
    }
  }

  #failed(states: readonly PartitionState[], error: Error): void {
    const { settings, logger, onFailure } = this.#options;
    const retriable = isRetriable(error);
    for (const state of states) {
      const { topic, partition } = state;
      const first = state.attempts === 0;
      state.loseLeader(settings);
      if (!retriable) {
        state.failure = error;
      } else {
        logger[first ? 'warn' : 'debug'](
          { topic, partition, error: error.message },
          'No leader or position yet',
        );
      }
    }
    if (!retriable) {
      onFailure();
    }
  }
}

function topicsOf(partitions: readonly TopicPartition[]): string[] {
  return [...new Set(partitions.map(({ topic }) => topic))];
}
