import { uniqueName, waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import type { TopicPartition } from '../../src/client/kafka-client.ts';
import { createGroupConsumer } from '../../src/consumer/group-consumer.ts';
import type { GroupConsumer, RebalanceListener } from '../../src/consumer/consumer.ts';
import type { SubscribedTo } from '../../src/consumer/group-subscription.ts';
import { atEnd, logger, record, testClient, testTopic, write } from '../cluster.ts';

interface MemberOptions {
  readonly groupId: string;
  readonly to: SubscribedTo;
  readonly instanceId?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly gate?: () => void;
}

const QUICK = {
  'auto.offset.reset': 'earliest',
  'session.timeout.ms': '6000',
  'heartbeat.interval.ms': '200',
  'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
};

/** A consumer, what it was told, and what it read. */
class Member {
  readonly consumer: GroupConsumer;
  readonly told: string[] = [];
  readonly values: string[] = [];
  onRevoked: (partitions: readonly TopicPartition[]) => Promise<void> = () => Promise.resolve();
  #polling: Promise<void> | null = null;
  #stopped = false;

  constructor({ groupId, to, instanceId, settings, gate }: MemberOptions) {
    const client = testClient();
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
    const tell =
      (what: string) =>
      (partitions: readonly TopicPartition[]): Promise<void> => {
        const ids = partitions.map(({ partition }) => partition).sort((a, b) => a - b);
        this.told.push(`${what} ${ids.join(',')}`);
        return Promise.resolve();
      };
    const listener: RebalanceListener = {
      onAssigned: tell('assigned'),
      onRevoked: async (partitions) => {
        await tell('revoked')(partitions);
        await this.onRevoked(partitions);
      },
      onLost: tell('lost'),
    };
    this.consumer.subscribe(to, listener);
    atEnd(async () => {
      await this.stop().catch(() => undefined);
      await this.consumer.close();
    });
  }

  get owned(): readonly number[] {
    return this.consumer
      .assignment()
      .map(({ partition }) => partition)
      .sort((a, b) => a - b);
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
    this.#polling = null;
  }

  async pollOnce(): Promise<void> {
    for (const { records } of await this.consumer.poll(500)) {
      for (const { value } of records) this.values.push(value?.toString() ?? 'null');
    }
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) await this.pollOnce();
  }
}

describe('a consumer of a group', () => {
  it('reads all partitions alone, and shares them when another joins', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 4 });
    await write(
      client,
      [0, 1, 2, 3].map((partition) => record(topic, `v${partition}`, { partition })),
    );
    const groupId = uniqueName('group');
    const first = new Member({ groupId, to: { topics: [topic] } }).run();
    await waitFor('all four values', () => first.values.length === 4, { seen: () => first.told });
    expect(first.told).toEqual(['assigned 0,1,2,3']);

    const second = new Member({ groupId, to: { topics: [topic] } }).run();
    await waitFor('two partitions each', () => first.owned.length === 2 && second.owned.length === 2, {
      seen: () => [first.told, second.told],
    });
    expect([...first.owned, ...second.owned].sort()).toEqual([0, 1, 2, 3]);
    // Cooperative: the first kept two through the rebalance.
    expect(first.told).toHaveLength(2);
    expect(first.told[1]).toMatch(/^revoked \d,\d$/);

    await second.stop();
    await second.consumer.close();
    await waitFor('all partitions back', () => first.owned.length === 4, { seen: () => first.told });
  });
});
