import type { TopicPartition } from '../../src/client/kafka-client.ts';
import { createGroupConsumer } from '../../src/consumer/group-consumer.ts';
import type { GroupConsumer } from '../../src/consumer/consumer.ts';
import type { SubscribedTo } from '../../src/consumer/group-subscription.ts';
import { atEnd, logger, testClient } from '../cluster.ts';

export interface MemberOptions {
  readonly groupId: string;
  readonly to: SubscribedTo;
  readonly instanceId?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly bootstrapServers?: string;
  readonly gate?: () => void;
}

export const COOPERATIVE = {
  'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
};
export const RANGE = {
  'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.RangeAssignor',
};

const QUICK = {
  'auto.offset.reset': 'earliest',
  'session.timeout.ms': '6000',
  'heartbeat.interval.ms': '200',
  ...COOPERATIVE,
};

/** A consumer of a group, what it was told, and what it read; closed after the test. */
export class Member {
  readonly consumer: GroupConsumer;
  /** `assigned 0,1`, `revoked 1`, … in order. */
  readonly told: string[] = [];
  readonly values: string[] = [];
  /** Called with what is revoked. */
  onRevoked: (partitions: readonly TopicPartition[]) => Promise<void> = () => Promise.resolve();
  #polling: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor(options: MemberOptions) {
    const { groupId, to, instanceId, settings, gate, bootstrapServers } = options;
    const client = testClient(
      bootstrapServers === undefined ? {} : { 'bootstrap.servers': bootstrapServers },
    );
    this.consumer = createGroupConsumer(
      client,
      { ...QUICK, ...settings },
      {
        groupId,
        groupInstanceId: instanceId ?? null,
        clientId: 'test',
        logger,
        ...(gate === undefined ? {} : { gate }),
      },
    );
    this.consumer.subscribe(to, {
      onAssigned: (partitions) => this.#tell('assigned', partitions),
      onRevoked: async (partitions) => {
        await this.#tell('revoked', partitions);
        await this.onRevoked(partitions);
      },
      onLost: (partitions) => this.#tell('lost', partitions),
    });
    atEnd(async () => {
      await this.stop().catch(() => undefined);
      await this.consumer.close();
    });
  }

  /** Partition numbers. */
  get owned(): readonly number[] {
    return numbers(this.consumer.assignment());
  }

  /** Polls until `stop`. */
  run(): this {
    this.#stopped = false;
    this.#polling = this.#poll();
    this.#polling.catch(() => undefined);
    return this;
  }

  /** Ends polling; throws what a poll threw. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.consumer.wakeup();
    await this.#polling;
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      for (const { records } of await this.consumer.poll(500)) {
        for (const { value } of records) this.values.push(value?.toString() ?? 'null');
      }
    }
  }

  #tell(what: string, partitions: readonly TopicPartition[]): Promise<void> {
    this.told.push(`${what} ${numbers(partitions).join(',')}`);
    return Promise.resolve();
  }
}

function numbers(partitions: readonly TopicPartition[]): readonly number[] {
  return partitions.map(({ partition }) => partition).sort((a, b) => a - b);
}
