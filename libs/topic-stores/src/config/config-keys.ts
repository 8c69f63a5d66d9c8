import { taskIdOf } from '../record-keys.ts';

/** What a key of the config topic is about. */
export type ConfigKey =
  | {
      readonly kind: 'target-state' | 'connector' | 'commit' | 'restart' | 'fencing';
      readonly connector: string;
    }
  | { readonly kind: 'task'; readonly connector: string; readonly task: number }
  | { readonly kind: 'session-key' }
  | { readonly kind: 'logger'; readonly namespace: string };

export const CONFIG_KEY = {
  'target-state': 'target-state-',
  connector: 'connector-',
  task: 'task-',
  commit: 'commit-',
  restart: 'restart-connector-',
  fencing: 'tasks-fencing-',
  'session-key': 'session-key',
  logger: 'logger-cluster-',
} as const;

/** Reads a key; prefixes are tested in the JVM's order (spec/topics.md section 2). null: it means nothing. */
export function parseConfigKey(key: string): ConfigKey | null {
  for (const kind of ['target-state', 'connector', 'task', 'commit', 'restart', 'fencing'] as const) {
    if (!key.startsWith(CONFIG_KEY[kind])) {
      continue;
    }
    if (kind === 'task') {
      const id = taskIdOf(key);
      return id === null ? null : { kind, ...id };
    }
    return { kind, connector: key.slice(CONFIG_KEY[kind].length) };
  }
  if (key === CONFIG_KEY['session-key']) {
    return { kind: 'session-key' };
  }
  return key.startsWith(CONFIG_KEY.logger)
    ? { kind: 'logger', namespace: key.slice(CONFIG_KEY.logger.length) }
    : null;
}
