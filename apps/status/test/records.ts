import type { MemoryTopics } from './memory-source.ts';

export const CONFIGS = 'configs';
export const STATUSES = 'statuses';
export const TOPICS = { [CONFIGS]: 1, [STATUSES]: 2 };

/** The value of a status record. */
export function status(
  state: string,
  more: Readonly<{ worker?: string; generation?: number; trace?: string; version?: string }> = {},
): object {
  const { worker = 'w1:8083', generation = 1, trace = null, version = null } = more;
  return { state, trace, worker_id: worker, generation, version };
}

/** What a source connector with one task writes into both topics from its creation until it runs. */
export function addRunningConnector(topics: MemoryTopics, name: string, at = 1_000): void {
  const properties = {
    name,
    'connector.class': 'FileStreamSource',
    file: 'in.txt',
    'some.password': 'hunter2',
  };
  topics.add(CONFIGS, { key: `connector-${name}`, value: { properties }, at });
  topics.add(STATUSES, { key: `status-connector-${name}`, value: status('RUNNING'), at: at + 1 });
  topics.add(CONFIGS, { key: `task-${name}-0`, value: { properties }, at: at + 2 });
  topics.add(CONFIGS, { key: `commit-${name}`, value: { tasks: 1 }, at: at + 3 });
  topics.add(STATUSES, {
    key: `status-task-${name}-0`,
    value: status('RUNNING', { generation: 2, version: '4.3.1' }),
    at: at + 4,
    partition: 1,
  });
}
