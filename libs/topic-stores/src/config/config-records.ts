import { quoteJson } from '@millrace/connect-api';
import type { RawRecord } from '../log/topic-log.ts';
import type { Props, SessionKey, TargetState } from '../types.ts';
import { CONFIG_KEY, parseConfigKey, type ConfigKey } from './config-keys.ts';

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

/**
 * A record that says nothing, and why, for the log. One whose value is no JSON is `undecodable`: it does not count for the
 * config offset (spec/topics.md section 2.1); one that is merely `ignored` does.
 */
export interface UnreadableRecord {
  readonly kind: 'undecodable' | 'ignored';
  readonly reason: string;
}

type Fields = Readonly<Record<string, unknown>>;

const STATES: readonly string[] = ['STARTED', 'PAUSED', 'STOPPED'] satisfies TargetState[];

export function isUnreadable(record: ConfigRecord | UnreadableRecord): record is UnreadableRecord {
  return record.kind === 'undecodable' || record.kind === 'ignored';
}

/** Bytes that are no UTF-8 are undecodable, as for the JVM. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes a record; never throws. */
export function decodeConfigRecord(
  key: string | null,
  value: Buffer | null,
): ConfigRecord | UnreadableRecord {
  let json: unknown = null;
  try {
    json = value === null ? null : JSON.parse(UTF8.decode(value));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'undecodable', reason: `its value is no JSON: ${why}` };
  }
  const about = key === null ? null : parseConfigKey(key);
  if (about === null) {
    return ignored('its key is not known');
  }
  if (json === null) {
    return tombstone(about);
  }
  if (typeof json !== 'object' || Array.isArray(json)) {
    return ignored('its value is no JSON object');
  }
  return decodeFields(about, json as Fields);
}

function tombstone(about: ConfigKey): ConfigRecord | UnreadableRecord {
  if (about.kind === 'target-state') {
    return { kind: about.kind, connector: about.connector, state: null };
  }
  return about.kind === 'connector'
    ? { kind: about.kind, connector: about.connector, config: null }
    : ignored('a tombstone means nothing under this key');
}

function decodeFields(about: ConfigKey, fields: Fields): ConfigRecord | UnreadableRecord {
  switch (about.kind) {
    case 'target-state':
      return decodeTargetState(about.connector, fields);
    case 'connector':
    case 'task': {
      const config = propsOf(fields['properties']);
      if (config === null) {
        return ignored('"properties" is no JSON object of texts');
      }
      return about.kind === 'task'
        ? { ...about, config }
        : { kind: about.kind, connector: about.connector, config };
    }
    case 'commit': {
      const tasks = countOf(fields['tasks']);
      return tasks === null
        ? ignored('"tasks" is no whole number')
        : { kind: about.kind, connector: about.connector, tasks };
    }
    case 'restart': {
      const includeTasks = fields['include-tasks'] === true;
      const onlyFailed = fields['only-failed'] === true;
      return { kind: about.kind, connector: about.connector, includeTasks, onlyFailed };
    }
    case 'fencing': {
      const taskCount = countOf(fields['task-count']);
      return taskCount === null
        ? ignored('"task-count" is no whole number')
        : { kind: about.kind, connector: about.connector, taskCount };
    }
    case 'session-key':
      return decodeSessionKey(fields);
    case 'logger': {
      const level = fields['level'];
      return typeof level === 'string' ? { ...about, level } : ignored('"level" is no text');
    }
  }
}

/** `state.v2` wins; records of workers before KIP-875 have `state` only. */
function decodeTargetState(connector: string, fields: Fields): ConfigRecord | UnreadableRecord {
  const state = typeof fields['state.v2'] === 'string' ? fields['state.v2'] : fields['state'];
  return typeof state === 'string' && STATES.includes(state)
    ? { kind: 'target-state', connector, state: state as TargetState }
    : ignored(`target state ${JSON.stringify(state)} is not known`);
}

function decodeSessionKey(fields: Fields): ConfigRecord | UnreadableRecord {
  const { key, algorithm } = fields as { key?: unknown; algorithm?: unknown };
  const creationTimestamp = fields['creation-timestamp'];
  return typeof key === 'string' && typeof algorithm === 'string' && Number.isSafeInteger(creationTimestamp)
    ? { kind: 'session-key', key: { key, algorithm, creationTimestamp: creationTimestamp as number } }
    : ignored('a session key has a key, an algorithm and a whole creation-timestamp');
}

function propsOf(properties: unknown): Props | null {
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    return null;
  }
  return Object.values(properties).every((value) => value === null || typeof value === 'string')
    ? (properties as Props)
    : null;
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function ignored(reason: string): UnreadableRecord {
  return { kind: 'ignored', reason };
}

/** The bytes of a record, as the JVM writes them. */
export function encodeConfigRecord(record: ConfigRecord): RawRecord {
  switch (record.kind) {
    case 'target-state': {
      // Readers before KIP-875 know no STOPPED: for them it is PAUSED.
      const legacy = record.state === 'STOPPED' ? 'PAUSED' : record.state;
      const value = record.state === null ? null : `{"state":"${legacy ?? ''}","state.v2":"${record.state}"}`;
      return raw(`${CONFIG_KEY['target-state']}${record.connector}`, value);
    }
    case 'connector':
      return raw(
        `${CONFIG_KEY.connector}${record.connector}`,
        record.config === null ? null : `{"properties":${propsJson(record.config)}}`,
      );
    case 'task':
      return raw(
        `${CONFIG_KEY.task}${record.connector}-${record.task}`,
        `{"properties":${propsJson(record.config)}}`,
      );
    case 'commit':
      return raw(`${CONFIG_KEY.commit}${record.connector}`, `{"tasks":${record.tasks}}`);
    case 'restart':
      return raw(
        `${CONFIG_KEY.restart}${record.connector}`,
        `{"include-tasks":${record.includeTasks},"only-failed":${record.onlyFailed}}`,
      );
    case 'fencing':
      return raw(`${CONFIG_KEY.fencing}${record.connector}`, `{"task-count":${record.taskCount}}`);
    case 'session-key': {
      const { key, algorithm, creationTimestamp } = record.key;
      const text = `{"key":${quoteJson(key)},"algorithm":${quoteJson(algorithm)},"creation-timestamp":${creationTimestamp}}`;
      return raw(CONFIG_KEY['session-key'], text);
    }
    case 'logger':
      return raw(`${CONFIG_KEY.logger}${record.namespace}`, `{"level":${quoteJson(record.level)}}`);
  }
}

function propsJson(props: Props): string {
  const entries = Object.entries(props).map(
    ([key, value]) => `${quoteJson(key)}:${value === null ? 'null' : quoteJson(value)}`,
  );
  return `{${entries.join(',')}}`;
}

function raw(key: string, value: string | null): RawRecord {
  return { key: Buffer.from(key), value: value === null ? null : Buffer.from(value) };
}
