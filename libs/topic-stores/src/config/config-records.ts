import type { Props, SessionKey, TargetState } from '../types.ts';
import { taskIdOf } from '../record-keys.ts';

/** What a record of the config topic says, by its key (spec/topics.md section 2). `null` values are tombstones. */
export type ConfigRecord =
  | { readonly kind: 'target-state'; readonly connector: string; readonly state: TargetState | null }
  | { readonly kind: 'connector'; readonly connector: string; readonly config: Props | null }
  | { readonly kind: 'task'; readonly connector: string; readonly task: number; readonly config: Props }
  | { readonly kind: 'commit'; readonly connector: string; readonly tasks: number }
  | {
      readonly kind: 'restart';
      readonly connector: string;
      readonly includeTasks: boolean;
      readonly onlyFailed: boolean;
    }
  | { readonly kind: 'fencing'; readonly connector: string; readonly taskCount: number }
  | { readonly kind: 'session-key'; readonly key: SessionKey }
  | { readonly kind: 'logger'; readonly namespace: string; readonly level: string };

const PREFIX = {
  targetState: 'target-state-',
  connector: 'connector-',
  task: 'task-',
  commit: 'commit-',
  restart: 'restart-connector-',
  fencing: 'tasks-fencing-',
  sessionKey: 'session-key',
  logger: 'logger-cluster-',
} as const;

const STATES: readonly string[] = ['STARTED', 'PAUSED', 'STOPPED'];

/** What could not be read, for the log; the record is skipped. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: string;
}

/** A record's key and value bytes. */
export interface RawRecord {
  readonly key: Buffer;
  readonly value: Buffer | null;
}

/** Decodes a record; never throws. Prefixes are tested in the JVM's order. */
export function decodeConfigRecord(key: string, value: Buffer | null): ConfigRecord | Unreadable {
  let json: unknown = null;
  if (value !== null) {
    try {
      json = JSON.parse(value.toString('utf8'));
    } catch (error) {
      return unreadable(`its value is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      return unreadable('its value is no JSON object');
    }
  }
  const fields = json as Readonly<Record<string, unknown>> | null;
  if (key.startsWith(PREFIX.targetState)) {
    return targetState(key.slice(PREFIX.targetState.length), fields);
  }
  if (key.startsWith(PREFIX.connector)) {
    const connector = key.slice(PREFIX.connector.length);
    return fields === null ? { kind: 'connector', connector, config: null } : withProps(fields, (config) => ({ kind: 'connector', connector, config }));
  }
  if (fields === null) {
    return unreadable('a tombstone means nothing under this key');
  }
  if (key.startsWith(PREFIX.task)) {
    const id = taskIdOf(key);
    return id === null
      ? unreadable('its key names no task')
      : withProps(fields, (config) => ({ kind: 'task', ...id, config }));
  }
  return decodeOther(key, fields);
}

function decodeOther(key: string, fields: Readonly<Record<string, unknown>>): ConfigRecord | Unreadable {
  if (key.startsWith(PREFIX.commit)) {
    const tasks = fields['tasks'];
    return isCount(tasks)
      ? { kind: 'commit', connector: key.slice(PREFIX.commit.length), tasks }
      : unreadable('"tasks" is no whole number');
  }
  if (key.startsWith(PREFIX.restart)) {
    return {
      kind: 'restart',
      connector: key.slice(PREFIX.restart.length),
      includeTasks: fields['include-tasks'] === true,
      onlyFailed: fields['only-failed'] === true,
    };
  }
  if (key.startsWith(PREFIX.fencing)) {
    const taskCount = fields['task-count'];
    return isCount(taskCount)
      ? { kind: 'fencing', connector: key.slice(PREFIX.fencing.length), taskCount }
      : unreadable('"task-count" is no whole number');
  }
  if (key === PREFIX.sessionKey) {
    return sessionKey(fields);
  }
  if (key.startsWith(PREFIX.logger)) {
    const level = fields['level'];
    return typeof level === 'string'
      ? { kind: 'logger', namespace: key.slice(PREFIX.logger.length), level }
      : unreadable('"level" is no text');
  }
  return unreadable('its key is not known');
}

function targetState(
  connector: string,
  fields: Readonly<Record<string, unknown>> | null,
): ConfigRecord | Unreadable {
  if (fields === null) {
    return { kind: 'target-state', connector, state: null };
  }
  const state = typeof fields['state.v2'] === 'string' ? fields['state.v2'] : fields['state'];
  return typeof state === 'string' && STATES.includes(state)
    ? { kind: 'target-state', connector, state: state as TargetState }
    : unreadable(`target state ${String(state)} is not known`);
}

function sessionKey(fields: Readonly<Record<string, unknown>>): ConfigRecord | Unreadable {
  const { key, algorithm } = fields as { key?: unknown; algorithm?: unknown };
  const creationTimestamp = fields['creation-timestamp'];
  return typeof key === 'string' && typeof algorithm === 'string' && Number.isSafeInteger(creationTimestamp)
    ? { kind: 'session-key', key: { key, algorithm, creationTimestamp: creationTimestamp as number } }
    : unreadable('a session key has a key, an algorithm and a whole creation-timestamp');
}

function withProps(
  fields: Readonly<Record<string, unknown>>,
  make: (config: Props) => ConfigRecord,
): ConfigRecord | Unreadable {
  const properties = fields['properties'];
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    return unreadable('"properties" is no JSON object');
  }
  return make(properties as Props);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function unreadable(reason: string): Unreadable {
  return { kind: 'unreadable', reason };
}

/** The bytes of a record, as the JVM writes them. */
export function encodeConfigRecord(record: ConfigRecord): RawRecord {
  switch (record.kind) {
    case 'target-state': {
      // Readers before KIP-875 know no STOPPED: for them it is PAUSED.
      const legacy = record.state === 'STOPPED' ? 'PAUSED' : record.state;
      const value = record.state === null ? null : { state: legacy, 'state.v2': record.state };
      return raw(`${PREFIX.targetState}${record.connector}`, value);
    }
    case 'connector':
      return raw(
        `${PREFIX.connector}${record.connector}`,
        record.config === null ? null : { properties: record.config },
      );
    case 'task':
      return raw(`${PREFIX.task}${record.connector}-${record.task}`, { properties: record.config });
    case 'commit':
      return raw(`${PREFIX.commit}${record.connector}`, { tasks: record.tasks });
    case 'restart':
      return raw(`${PREFIX.restart}${record.connector}`, {
        'include-tasks': record.includeTasks,
        'only-failed': record.onlyFailed,
      });
    case 'fencing':
      return raw(`${PREFIX.fencing}${record.connector}`, { 'task-count': record.taskCount });
    case 'session-key':
      return raw(PREFIX.sessionKey, {
        key: record.key.key,
        algorithm: record.key.algorithm,
        'creation-timestamp': record.key.creationTimestamp,
      });
    case 'logger':
      return raw(`${PREFIX.logger}${record.namespace}`, { level: record.level });
  }
}

function raw(key: string, value: object | null): RawRecord {
  return { key: Buffer.from(key), value: value === null ? null : Buffer.from(JSON.stringify(value)) };
}
