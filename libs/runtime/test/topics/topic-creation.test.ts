import { describe, expect, it } from 'vitest';
import { TopicCreation } from '../../src/topics/topic-creation.ts';

const DEFAULTS = {
  'topic.creation.default.partitions': '3',
  'topic.creation.default.replication.factor': '-1',
};

describe('Topics of a source connector', () => {
  it("are the broker's business when nothing is said of them", () => {
    expect(TopicCreation.of({ name: 'X', topic: 'a' })).toBeNull();
  });

  it('are made as the default group says', () => {
    const creation = TopicCreation.of({ ...DEFAULTS, 'topic.creation.default.cleanup.policy': 'compact' });
    expect(creation?.newTopic('a')).toEqual({
      topic: 'a',
      partitions: 3,
      replicationFactor: -1,
      configs: { 'cleanup.policy': 'compact' },
    });
  });

  it('are made as the first group says whose patterns match the whole name', () => {
    const creation = TopicCreation.of({
      ...DEFAULTS,
      'topic.creation.groups': 'orders, logs',
      'topic.creation.orders.include': 'orders, orders-.*',
      'topic.creation.orders.exclude': 'orders-tmp',
      'topic.creation.orders.partitions': '9',
      'topic.creation.logs.include': '.*log.*',
      'topic.creation.logs.replication.factor': '2',
      'topic.creation.logs.retention.ms': '5',
    });
    const of = (topic: string) => creation?.newTopic(topic);
    expect(of('orders-eu')).toMatchObject({ partitions: 9, replicationFactor: -1, configs: {} });
    expect(of('orders-log')).toMatchObject({ partitions: 9 });
    expect(of('orders-tmp')).toMatchObject({ partitions: 3 });
    expect(of('my-orders')).toMatchObject({ partitions: 3 });
    expect(of('a-log-b')).toMatchObject({
      partitions: 3,
      replicationFactor: 2,
      configs: { 'retention.ms': '5' },
    });
  });

  it.each([
    [{ 'topic.creation.groups': 'a' }, 'topic.creation.default.partitions'],
    [
      { ...DEFAULTS, 'topic.creation.default.partitions': '0' },
      'Invalid value 0 for configuration topic.creation.default.partitions',
    ],
    [
      { ...DEFAULTS, 'topic.creation.default.partitions': 'x' },
      'Invalid value x for configuration topic.creation.default.partitions',
    ],
    [
      { ...DEFAULTS, 'topic.creation.groups': 'a', 'topic.creation.a.include': '(' },
      'Invalid value ( for configuration topic.creation.a.include',
    ],
  ])('that are described badly, %j, are refused by name', (props, message) => {
    expect(() => TopicCreation.of(props)).toThrow(message);
  });
});
