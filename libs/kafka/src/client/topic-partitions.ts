import type { TopicPartition } from './kafka-client.ts';

/** A key of a partition for maps: topic names hold no space. */
export function partitionKey(at: TopicPartition): string {
  return `${at.topic} ${at.partition}`;
}

/** The items grouped by topic, topics in the order of their first item. */
export function byTopic<T extends TopicPartition>(items: readonly T[]): [topic: string, items: T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.topic);
    if (group === undefined) {
      groups.set(item.topic, [item]);
    } else {
      group.push(item);
    }
  }
  return [...groups];
}

/** Those of `items` that are not in `others`. */
export function without<T extends TopicPartition>(
  items: readonly T[],
  others: readonly TopicPartition[],
): T[] {
  const keys = new Set(others.map(partitionKey));
  return items.filter((item) => !keys.has(partitionKey(item)));
}

/** For messages: `a-0, a-1, b-0`. */
export function describePartitions(items: readonly TopicPartition[]): string {
  return items.map(({ topic, partition }) => `${topic}-${partition}`).join(', ');
}

/** Java's order of strings, by UTF-16 code units. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function comparePartitions(a: TopicPartition, b: TopicPartition): number {
  return compareText(a.topic, b.topic) || a.partition - b.partition;
}
