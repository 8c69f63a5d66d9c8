import type { TopicPartition } from '@millrace/connect-api';
import type { FetchedBatch, GroupConsumer, OffsetAndPartition, RebalanceListener } from '@millrace/kafka';

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`;

/** A group consumer that gives what the test hands it, and keeps what it is told. */
export class FakeConsumer implements GroupConsumer {
  readonly commits: (readonly OffsetAndPartition[])[] = [];
  readonly seeks: OffsetAndPartition[] = [];
  readonly paused = new Set<string>();
  readonly #assigned = new Map<string, TopicPartition>();
  readonly #positions = new Map<string, number>();
  #listener: RebalanceListener | null = null;
  /** What happens inside the next polls. */
  readonly #tasks: (() => Promise<void>)[] = [];
  #batches: FetchedBatch[] = [];
  #wake: (() => void) | null = null;
  /** Answers commits; a rejection is a refusal. */
  onCommit: () => Promise<void> = () => Promise.resolve();
  /** The ends of partitions, by number. */
  readonly ends = new Map<number, number>();
  closed = false;

  get subscribed(): boolean {
    return this.#listener !== null;
  }

  subscribe(_what: unknown, listener: RebalanceListener): void {
    this.#listener = listener;
  }

  /** Assigns partitions inside the next poll. */
  assignSoon(positions: readonly OffsetAndPartition[]): void {
    this.#inPoll(async () => {
      for (const position of positions) {
        this.#assigned.set(keyOf(position), { topic: position.topic, partition: position.partition });
        this.#positions.set(keyOf(position), position.offset);
      }
      await this.#listener?.onAssigned(positions.map(({ topic, partition }) => ({ topic, partition })));
    });
  }

  revokeSoon(partitions: readonly TopicPartition[], lost = false): void {
    this.#inPoll(async () => {
      await (lost ? this.#listener?.onLost(partitions) : this.#listener?.onRevoked(partitions));
      for (const partition of partitions) {
        this.#assigned.delete(keyOf(partition));
      }
    });
  }

  /** Gives a batch of values to the next poll, unless its partition is paused then. */
  deliver(partition: number, firstOffset: number, values: readonly string[]): void {
    this.#batches.push({
      topic: 't',
      partition,
      timestampType: 'CreateTime',
      nextOffset: firstOffset + values.length,
      records: values.map((value, index) => ({
        offset: firstOffset + index,
        timestamp: 1,
        key: null,
        value: Buffer.from(value),
        headers: [],
      })),
    });
    this.wakeup();
  }

  async poll(timeoutMs: number): Promise<readonly FetchedBatch[]> {
    if (this.#tasks.length === 0 && !this.#batches.some((batch) => this.#deliverable(batch))) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      await task();
    }
    const given = this.#batches.filter((batch) => this.#deliverable(batch));
    this.#batches = this.#batches.filter((batch) => !given.includes(batch));
    return given;
  }

  wakeup(): void {
    this.#wake?.();
  }

  assignment(): readonly TopicPartition[] {
    return [...this.#assigned.values()];
  }

  position(partition: TopicPartition): Promise<number> {
    return Promise.resolve(this.#positions.get(keyOf(partition)) ?? 0);
  }

  seek(to: OffsetAndPartition): void {
    this.seeks.push(to);
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      this.paused.add(keyOf(partition));
    }
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      this.paused.delete(keyOf(partition));
    }
    this.wakeup();
  }

  endOffsets(partitions: readonly TopicPartition[]): Promise<readonly OffsetAndPartition[]> {
    return Promise.resolve(
      partitions.map(({ topic, partition }) => ({ topic, partition, offset: this.ends.get(partition) ?? 0 })),
    );
  }

  beginningOffsets(): Promise<readonly OffsetAndPartition[]> {
    return Promise.resolve([]);
  }

  committed(): Promise<readonly OffsetAndPartition[]> {
    return Promise.resolve([]);
  }

  async commit(offsets: readonly OffsetAndPartition[]): Promise<void> {
    await this.onCommit();
    this.commits.push(offsets);
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.#assigned.size > 0) {
      await this.#listener?.onRevoked(this.assignment());
      this.#assigned.clear();
    }
  }

  #deliverable(batch: FetchedBatch): boolean {
    return this.#assigned.has(keyOf(batch)) && !this.paused.has(keyOf(batch));
  }

  #inPoll(task: () => Promise<void>): void {
    this.#tasks.push(task);
    this.wakeup();
  }
}
