import { quoteJson } from '@millrace/connect-api';
import type { RawRecord } from '../log/topic-log.ts';
import { taskIdOf } from '../record-keys.ts';
import type { State, StatusEntry, TopicStatusEntry } from '../types.ts';
import type { OwnRecordKind } from './status-backing-store.ts';

/** What a record of the status topic says, by its key (spec/topics.md section 4); null: removed. */
export type StatusRecord =
  | { readonly kind: 'connector'; readonly connector: string; readonly status: StatusEntry | null }
  | {
      readonly kind: 'task';
      readonly connector: string;
      readonly task: number;
      readonly status: StatusEntry | null;
    }
  | {
      readonly kind: 'topic';
      readonly connector: string;
      readonly topic: string;
      readonly status: TopicStatusEntry | null;
    }
  | { readonly kind: 'own'; readonly own: OwnRecordKind; readonly id: string; readonly value: unknown };

/** A record that says nothing, and why, for the log. */
export interface UnreadableStatus {
  readonly kind: 'unreadable';
  readonly reason: string;
}

type Fields = Readonly<Record<string, unknown>>;

const CONNECTOR = 'status-connector-';
const TASK = 'status-task-';
const TOPIC = 'status-topic-';
const TOPIC_CONNECTOR = ':connector-';

const OWN: readonly OwnRecordKind[] = ['worker', 'plugin', 'metrics', 'drain', 'request', 'answer'];

const STATES: readonly string[] = [
  'UNASSIGNED',
  'RUNNING',
  'PAUSED',
  'FAILED',
  'RESTARTING',
  'STOPPED',
] satisfies State[];

/** Decodes a record; never throws. */
export function decodeStatusRecord(
  key: string | null,
  value: Buffer | null,
): StatusRecord | UnreadableStatus {
  if (key === null) {
    return unreadable('it has no key');
  }
  let json: unknown;
  try {
    json = value === null ? null : JSON.parse(value.toString('utf8'));
  } catch (error) {
    return unreadable(`its value is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (key.startsWith(CONNECTOR)) {
    return decodeConnector(key.slice(CONNECTOR.length), json);
  }
  if (key.startsWith(TASK)) {
    return decodeTask(key, json);
  }
  if (key.startsWith(TOPIC)) {
    return decodeTopic(key.slice(TOPIC.length), json);
  }
  const own = OWN.find((kind) => key.startsWith(ownPrefix(kind)));
  return own === undefined
    ? unreadable('its key is not known')
    : { kind: 'own', own, id: key.slice(ownPrefix(own).length), value: json };
}

function decodeConnector(connector: string, json: unknown): StatusRecord | UnreadableStatus {
  if (connector === '') {
    return unreadable('its key names no connector');
  }
  const status = json === null ? null : statusOf({ connector, task: null }, json);
  return status === undefined
    ? unreadable('its value is no status')
    : { kind: 'connector', connector, status };
}

function decodeTask(key: string, json: unknown): StatusRecord | UnreadableStatus {
  const id = taskIdOf(key.slice('status-'.length));
  if (id === null) {
    return unreadable('its key names no task');
  }
  const status = json === null ? null : statusOf(id, json);
  return status === undefined ? unreadable('its value is no status') : { kind: 'task', ...id, status };
}

/** Topic names hold no colon, connector names may. */
function decodeTopic(rest: string, json: unknown): StatusRecord | UnreadableStatus {
  const colon = rest.indexOf(':');
  const topic = rest.slice(0, Math.max(colon, 0));
  const connector = rest.startsWith(TOPIC_CONNECTOR, colon) ? rest.slice(colon + TOPIC_CONNECTOR.length) : '';
  if (topic === '' || connector === '') {
    return unreadable('its key names no topic and connector');
  }
  if (json === null) {
    return { kind: 'topic', topic, connector, status: null };
  }
  const fields = fieldsOf(fieldsOf(json)?.['topic']);
  const task = fields?.['task'];
  const discoverTimestamp = fields?.['discoverTimestamp'];
  if (!isInteger(task) || !isInteger(discoverTimestamp)) {
    return unreadable('its value is no topic status');
  }
  return { kind: 'topic', topic, connector, status: { topic, connector, task, discoverTimestamp } };
}

/** Records before KIP-891 have no version. */
function statusOf(of: Pick<StatusEntry, 'connector' | 'task'>, json: unknown): StatusEntry | undefined {
  const fields = fieldsOf(json);
  const state = fields?.['state'];
  const workerId = fields?.['worker_id'];
  const generation = fields?.['generation'];
  if (
    typeof state !== 'string' ||
    !STATES.includes(state) ||
    typeof workerId !== 'string' ||
    !isInteger(generation)
  ) {
    return undefined;
  }
  const trace = textOf(fields?.['trace']);
  const version = textOf(fields?.['version']);
  return { ...of, state: state as State, trace, workerId, generation, version };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function fieldsOf(json: unknown): Fields | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Fields) : undefined;
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function unreadable(reason: string): UnreadableStatus {
  return { kind: 'unreadable', reason };
}

export function statusKey(connector: string, task: number | null): string {
  return task === null ? `${CONNECTOR}${connector}` : `${TASK}${connector}-${task}`;
}

/** The bytes of a status as the JVM writes them; DESTROYED is a tombstone. */
export function encodeStatus(status: StatusEntry): RawRecord {
  const { connector, task, state, trace, workerId, generation, version } = status;
  const key = statusKey(connector, task);
  if (state === 'DESTROYED') {
    return raw(key, null);
  }
  return raw(
    key,
    `{"state":"${state}","trace":${orNull(trace)},"worker_id":${quoteJson(workerId)},"generation":${generation},` +
      `"version":${orNull(version)}}`,
  );
}

export function encodeTopicStatus({
  topic,
  connector,
  task,
  discoverTimestamp,
}: TopicStatusEntry): RawRecord {
  return raw(
    topicKey(connector, topic),
    `{"topic":{"name":${quoteJson(topic)},"connector":${quoteJson(connector)},"task":${task},` +
      `"discoverTimestamp":${discoverTimestamp}}}`,
  );
}

export function encodeTopicRemoval(connector: string, topic: string): RawRecord {
  return raw(topicKey(connector, topic), null);
}

/** A record that the JVM does not have (design section 4). */
export function encodeOwn(kind: OwnRecordKind, id: string, value: unknown): RawRecord {
  return raw(`${ownPrefix(kind)}${id}`, value === null || value === undefined ? null : JSON.stringify(value));
}

function ownPrefix(kind: OwnRecordKind): string {
  return `status-${kind}-`;
}

function topicKey(connector: string, topic: string): string {
  return `${TOPIC}${topic}${TOPIC_CONNECTOR}${connector}`;
}

function orNull(text: string | null): string {
  return text === null ? 'null' : quoteJson(text);
}

function raw(key: string, value: string | null): RawRecord {
  return { key: Buffer.from(key), value: value === null ? null : Buffer.from(value) };
}
