import { describe, expect, it } from 'vitest';
import { ClusterView } from '../../src/client/cluster-view.ts';
import { findLeaders } from '../../src/client/find-leaders.ts';
import type { KafkaClient } from '../../src/client/kafka-client.ts';
import type { MetadataResponse } from '../../src/client/metadata-request.ts';
import { UnknownTopicError } from '../../src/errors.ts';

function response(
  brokers: readonly number[],
  leaders: Readonly<Record<string, readonly number[]>>,
): MetadataResponse {
  return {
    clusterId: 'c',
    controllerId: 1,
    brokers: brokers.map((nodeId) => ({ nodeId, host: `b${nodeId}`, port: 9092 })),
    topics: Object.entries(leaders).map(([topic, ids]) => ({
      error: 0,
      topic,
      partitions: ids.map((leader, partition) => ({ error: 0, partition, leader })),
    })),
  };
}

describe('what a client knows of its cluster', () => {
  it('grows old', () => {
    const view = new ClusterView();
    view.learn(response([1], { t: [1] }), 100);
    expect(view.topic('t', 100)?.partitions).toEqual([{ partition: 0, leader: 1 }]);
    expect(view.topic('t', 101)).toBeUndefined();
  });

  it('holds only the brokers that the last answer names', () => {
    const view = new ClusterView();
    view.learn(response([1, 2], {}), 0);
    view.learn(response([2, 3], {}), 1);
    expect([...view.brokers.keys()]).toEqual([2, 3]);
    view.learn(response([], {}), 2);
    expect([...view.brokers.keys()]).toEqual([2, 3]);
  });

  it('loses what a broker led and coordinated when that does not answer', () => {
    const view = new ClusterView();
    view.learn(response([1, 2], { mine: [2, 1], others: [2] }), 0);
    view.learnCoordinator('group:a', 1, { host: 'b1', port: 9092 });
    view.learnCoordinator('group:b', 2, { host: 'b2', port: 9092 });
    view.distrust(1);
    expect(view.topic('mine')).toBeUndefined();
    expect(view.topic('others')).toBeDefined();
    expect(view.coordinator('group:a')).toBeUndefined();
    expect(view.coordinator('group:b')).toBe(2);
  });
});

describe('looking for leaders', () => {
  it('asks for a topic once, however many partitions of it are wanted', async () => {
    const asked: string[] = [];
    const client = {
      metadata: (topics: readonly string[]) => {
        asked.push(topics.join(' '));
        return topics.includes('gone')
          ? Promise.reject(new UnknownTopicError('gone', { retriable: true }))
          : Promise.resolve(topics.map((topic) => ({ topic, partitions: [{ partition: 0, leader: 4 }] })));
      },
    } as unknown as KafkaClient;
    const gone = Array.from({ length: 100 }, (_, partition) => ({ topic: 'gone', partition }));
    const [there, missing] = [
      { topic: 'there', partition: 0 },
      { topic: 'there', partition: 1 },
    ];
    const { led, failed } = await findLeaders(client, [...gone, there, missing]);
    expect(led).toEqual([{ at: there, leader: 4 }]);
    expect(failed.map(({ at }) => at)).toEqual([...gone, missing]);
    expect(asked).toEqual(['gone there', 'gone', 'there']);
  });
});
