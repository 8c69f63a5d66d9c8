import type { WorkerValues } from './worker-values.ts';

/** How an internal topic is to be made (spec/topics.md section 1). */
export interface InternalTopic {
  /** Empty where a role does without the topic. */
  readonly topic: string;
  /** -1: the broker's default. */
  readonly partitions: number;
  /** -1: the broker's default. */
  readonly replicationFactor: number;
  /** Further topic settings: what follows the prefix in the worker's properties. */
  readonly topicConfigs: Readonly<Record<string, string>>;
  /** The config topic must have one partition: its order is its meaning. */
  readonly onePartition: boolean;
  /** The worker's property that names the topic. */
  readonly property: string;
}

/** `purpose`: `config`, `offset` or `status`. */
export function internalTopic(
  values: WorkerValues,
  originals: Readonly<Record<string, string>>,
  purpose: 'config' | 'offset' | 'status',
): InternalTopic {
  const prefix = `${purpose}.storage.`;
  const topicConfigs = Object.entries(originals).flatMap(([key, value]) => {
    const name = key.slice(prefix.length);
    const known = ['topic', 'partitions', 'replication.factor'].includes(name);
    return key.startsWith(prefix) && !known ? [[name, value] as const] : [];
  });
  return {
    topic: values.text(`${prefix}topic`),
    partitions: purpose === 'config' ? 1 : values.number(`${prefix}partitions`),
    replicationFactor: values.number(`${prefix}replication.factor`),
    topicConfigs: Object.fromEntries(topicConfigs),
    onePartition: purpose === 'config',
    property: `${prefix}topic`,
  };
}
