/**
 * What a transition is about: the state of a connector or task; a connector's configuration (never its values), target
 * state, number of tasks or restart request; a worker that comes, changes or goes, or is drained; a topic that a
 * connector is first seen to use, or that was reset; a log level set for the whole cluster; tasks of a worker that are RUNNING and
 * begin, or cease, to stall.
 */
export const EVENT_KINDS = [
  'connector',
  'task',
  'config',
  'target-state',
  'tasks',
  'restart',
  'worker',
  'drain',
  'topic',
  'log-level',
  'stall',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What one record changed. */
export interface Transition {
  readonly kind: EventKind;
  readonly connector: string | null;
  readonly task: number | null;
  /** The worker that wrote it, or that it is about. */
  readonly worker: string | null;
  /** As Kafka Connect names it (`RUNNING`, `DESTROYED`, `STOPPED`, …); `CREATED`, `UPDATED`, `DELETED` and the like elsewhere. */
  readonly state: string;
  /** The state before; null when none was known. */
  readonly previous: string | null;
  readonly generation: number | null;
  /** The plugin's or worker's version. */
  readonly version: string | null;
  readonly trace: string | null;
  /** Further facts by kind; never a configuration value. */
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** A transition with the record it was read from, which identifies it. */
export interface HistoryEvent extends Transition {
  readonly topic: string;
  readonly incarnation: number;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  /** The record's timestamp, milliseconds since the epoch. */
  readonly at: number;
}

/** An event in the database. */
export interface StoredEvent extends HistoryEvent {
  readonly id: number;
}
