import { partitionForKey } from '../records/murmur2.ts';
import type { ProducerRecord } from '../records/record.ts';
import type { TopicMetadata } from '../client/kafka-client.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { ProducerSettings } from './producer-settings.ts';

export interface TopicRouteOptions {
  readonly settings: Pick<ProducerSettings, 'batchSize' | 'ignoreKeys' | 'adaptive'>;
  readonly createQueue: (partition: number) => PartitionQueue;
  /** As Math.random. */
  readonly random: () => number;
}

/** The partitions of one topic, and which of them a record goes to (KIP-480, KIP-794). */
export class TopicRoute {
  /** performance.now() of the metadata. */
  loadedAt = 0;
  readonly #options: TopicRouteOptions;
  readonly #queues: PartitionQueue[] = [];
  #count = 0;
  #sticky: PartitionQueue | null = null;
  #stickyUntil = 0;

  constructor(options: TopicRouteOptions) {
    this.#options = options;
  }

  get partitions(): number {
    return this.#count;
  }

  /** True while a partition that has something to send has no leader. */
  get leaderless(): boolean {
    return this.#queues.some(({ leader, empty }) => leader < 0 && !empty);
  }

  /** Takes new metadata; a topic that was made anew may have fewer partitions than before. */
  learn(metadata: TopicMetadata, now: number): void {
    this.loadedAt = now;
    this.#count = metadata.partitions.length;
    for (const { partition, leader } of metadata.partitions) {
      this.#queue(partition).leader = leader;
    }
    for (const queue of this.#queues.slice(this.#count)) queue.leader = -1;
    this.#sticky = null;
  }

  /** Where the record goes; undefined when it names a partition that the topic does not have (yet). */
  choose(record: ProducerRecord): PartitionQueue | undefined {
    const { partition, key } = record;
    if (partition !== null) return partition < this.#count ? this.#queues[partition] : undefined;
    if (key !== null && !this.#options.settings.ignoreKeys) {
      return this.#queues[partitionForKey(key, this.#count)];
    }
    const sticky = this.#sticky;
    if (sticky !== null && sticky.appended < this.#stickyUntil) return sticky;
    return this.#stick();
  }

  /** Another partition for the next `batch.size` bytes without a key. */
  #stick(): PartitionQueue | undefined {
    const { settings } = this.#options;
    let chosen = this.#any();
    const rival = settings.adaptive ? this.#any() : undefined;
    // Of two, the one with less to do: slow brokers get less without any measuring.
    if (rival !== undefined && chosen !== undefined && rival.length < chosen.length) chosen = rival;
    this.#sticky = chosen ?? null;
    this.#stickyUntil = (chosen?.appended ?? 0) + settings.batchSize;
    return chosen;
  }

  /** A random partition, of those that have a leader where any does. */
  #any(): PartitionQueue | undefined {
    const start = Math.floor(this.#options.random() * this.#count);
    for (let step = 0; step < this.#count; step++) {
      const queue = this.#queues[(start + step) % this.#count];
      if (queue !== undefined && queue.leader >= 0) return queue;
    }
    return this.#queues[start];
  }

  #queue(partition: number): PartitionQueue {
    for (let next = this.#queues.length; next <= partition; next++) {
      this.#queues.push(this.#options.createQueue(next));
    }
    return this.#queues[partition] as PartitionQueue;
  }
}
