import type { State } from '@millrace/topic-stores';

/** The value of a connector's or task's status (spec/topics.md section 4). */
export interface StatusValue {
  readonly state: State;
  readonly trace: string | null;
  readonly workerId: string;
  readonly generation: number;
  readonly version: string | null;
}

/** What a record of the status topic says, by its key; `null` stands for a tombstone. */
export type StatusRecord =
  | { readonly kind: 'connector'; readonly connector: string; readonly status: StatusValue | null }
  | {
      readonly kind: 'task';
      readonly connector: string;
      readonly task: number;
      readonly status: StatusValue | null;
    }
  | {
      readonly kind: 'topic';
      readonly connector: string;
      readonly topic: string;
      /** The task that was first seen to use it. */
      readonly task: number | null;
    }
  | { readonly kind: 'worker'; readonly worker: string; readonly presence: WorkerPresence | null }
  | { readonly kind: 'metrics'; readonly worker: string; readonly present: boolean }
  | { readonly kind: 'drain'; readonly worker: string; readonly drain: boolean }
  | { readonly kind: 'none' };

/** A worker's own words about itself (design section 4, worker's presence); what it does not say is null. */
export interface WorkerPresence {
  readonly incarnation: string | null;
  readonly version: string | null;
  readonly host: string | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | null;
  /** The config offset that it has acted upon. */
  readonly applied: number | null;
}

/** Not a record that means anything; the reason is for the log. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: string;
}

const STATES: readonly string[] = [
  'UNASSIGNED',
  'RUNNING',
  'PAUSED',
  'FAILED',
  'RESTARTING',
  'STOPPED',
  'DESTROYED',
];

type Fields = Readonly<Record<string, unknown>>;

/** Decodes a record; never throws. */
export function decodeStatusRecord(key: string, value: Buffer | null): StatusRecord | Unreadable {
  const fields = value === null ? null : objectIn(value);
  if (fields === undefined) {
    return unreadable('its value is no JSON object');
  }
  const [, kind, rest] = /^status-([a-z]+)-(.+)$/s.exec(key) ?? [];
  if (kind === undefined || rest === undefined) {
    return unreadable('its key is not known');
  }
  switch (kind) {
    case 'connector':
      return withStatus(fields, (status) => ({ kind, connector: rest, status }));
    case 'task':
      return task(rest, fields);
    case 'topic':
      return topic(rest, fields);
    case 'worker':
      return { kind, worker: rest, presence: fields === null ? null : presence(fields) };
    case 'metrics':
      return { kind, worker: rest, present: fields !== null };
    case 'drain':
      return { kind, worker: rest, drain: fields?.['drain'] === true };
    case 'plugin':
    case 'request':
    case 'answer':
      return { kind: 'none' };
    default:
      return unreadable('its key is not known');
  }
}

function task(rest: string, fields: Fields | null): StatusRecord | Unreadable {
  const [, connector, number] = /^(.+)-(\d{1,9})$/s.exec(rest) ?? [];
  if (connector === undefined) {
    return unreadable('its key names no task');
  }
  return withStatus(fields, (status) => ({ kind: 'task', connector, task: Number(number), status }));
}

function topic(rest: string, fields: Fields | null): StatusRecord | Unreadable {
  const [, name, connector] = /^([^:]+):connector-(.+)$/s.exec(rest) ?? [];
  if (name === undefined || connector === undefined) {
    return unreadable('its key names no topic and connector');
  }
  if (fields === null) {
    return { kind: 'topic', connector, topic: name, task: null };
  }
  const inner = fields['topic'];
  const number = typeof inner === 'object' && inner !== null ? (inner as Fields)['task'] : undefined;
  return typeof number === 'number'
    ? { kind: 'topic', connector, topic: name, task: number }
    : unreadable('its value names no task');
}

function withStatus(
  fields: Fields | null,
  make: (status: StatusValue | null) => StatusRecord,
): StatusRecord | Unreadable {
  if (fields === null) {
    return make(null);
  }
  const { state, generation } = fields as { readonly state?: unknown; readonly generation?: unknown };
  const workerId = fields['worker_id'];
  if (typeof state !== 'string' || !STATES.includes(state)) {
    return unreadable(`its state ${JSON.stringify(state)} is not known`);
  }
  if (typeof workerId !== 'string' || typeof generation !== 'number') {
    return unreadable('it lacks a worker_id or generation');
  }
  return make({
    state: state as State,
    trace: text(fields['trace']),
    workerId,
    generation,
    version: text(fields['version']),
  });
}

function presence(fields: Fields): WorkerPresence {
  return {
    incarnation: text(fields['incarnation']),
    version: text(fields['version']),
    host: text(fields['host']),
    startedAt: number(fields['startedAt']),
    applied: number(fields['applied']),
  };
}

function objectIn(value: Buffer): Fields | undefined {
  try {
    const json: unknown = JSON.parse(value.toString('utf8'));
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function unreadable(reason: string): Unreadable {
  return { kind: 'unreadable', reason };
}
