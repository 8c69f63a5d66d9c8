import type { Props } from '@millrace/connect-api';
import type { WorkerConfig } from '@millrace/config';
import type { TargetState } from '@millrace/topic-stores';
import type { TaskReading } from '@millrace/metrics';
import type { OffsetChange } from './offset-change.ts';
import type { TaskDescription } from './task-description.ts';
import type { PreviewJob } from './preview.ts';

/**
 * What crosses the boundary between a worker's main process and its task hosts: plain data for structured clone, no records and
 * no secrets of connectors, whose references are resolved in the host (design section 6).
 */

/** One connector (`task` null) or task, and which start of it a message speaks of. */
export interface UnitRun {
  readonly connector: string;
  readonly task: number | null;
  /** Counts the starts of all units of a worker, so that a late message of an earlier one is told apart. */
  readonly run: number;
}

/** Everything a host needs to start a connector or task; references in the configurations are unresolved. */
export interface UnitStart extends UnitRun {
  readonly connectorConfig: Props;
  /** null for a connector. */
  readonly taskConfig: Props | null;
  readonly targetState: TargetState;
}

export interface HostInit {
  readonly type: 'init';
  readonly config: WorkerConfig;
}

/** Requests to a host; each is answered by a {@link HostReply} of the same id. */
export type HostRequest =
  | { readonly op: 'start'; readonly unit: UnitStart }
  /** Answered when it has stopped, or was cancelled after `timeoutMs`. */
  | { readonly op: 'stop'; readonly unit: UnitRun; readonly timeoutMs: number }
  | { readonly op: 'target-state'; readonly unit: UnitRun; readonly state: TargetState }
  /** Answered with the connector's task configurations (`Props[]`). */
  | { readonly op: 'task-configs'; readonly unit: UnitRun }
  /** Answered with what the connector's `alterOffsets` returned. */
  | { readonly op: 'alter-offsets'; readonly connectorConfig: Props; readonly change: OffsetChange }
  /** Answered with what the transforms make of the samples, as JSON text. */
  | { readonly op: 'preview'; readonly job: PreviewJob }
  | { readonly op: 'ping' };

export type ToHost =
  | HostInit
  | { readonly type: 'request'; readonly id: number; readonly request: HostRequest }
  /** Until this moment (milliseconds of the machine's monotonic clock) the host may send and commit. */
  | { readonly type: 'lease'; readonly deadline: number }
  | { readonly type: 'shutdown' };

/** An error as data: errors of plugins do not survive structured clone with their class. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  /** Stack with the chain of causes, as shown in a status. */
  readonly trace: string;
  /** Whether it may be gone when the unit that failed with it is restarted unchanged; false: somebody has to change something first. */
  readonly restartable: boolean;
}

export type StopOutcome = 'stopped' | 'cancelled' | 'not-running';

export type HostReply =
  | { readonly type: 'reply'; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly type: 'reply'; readonly id: number; readonly ok: false; readonly error: ErrorData };

/** What a unit tells of itself. */
export type UnitEvent =
  | { readonly kind: 'running'; readonly version: string | null }
  | { readonly kind: 'paused'; readonly version: string | null }
  /** Connectors only: target state STOPPED reached. */
  | { readonly kind: 'stopped'; readonly version: string | null }
  | { readonly kind: 'failed'; readonly error: ErrorData }
  /** The task ended by itself because the worker's lease was over; nothing is wrong with it. */
  | { readonly kind: 'lease-expired' }
  | { readonly kind: 'reconfigure' }
  /** Connectors only: a value that a config provider gave may change after so many milliseconds. */
  | { readonly kind: 'values-expire'; readonly afterMs: number }
  | { readonly kind: 'topic'; readonly topic: string };

/** What a task measured. */
export interface TaskMetrics extends TaskReading {
  /** Given with the first of a start. */
  readonly description?: TaskDescription;
}

export type FromHost =
  | { readonly type: 'ready' }
  /** Initialisation failed for good, e.g. a broken worker configuration. */
  | { readonly type: 'init-failed'; readonly error: ErrorData }
  /** Something threw where nobody catches it, e.g. in a plugin's timer; the host ends. */
  | { readonly type: 'crashed'; readonly error: ErrorData }
  | HostReply
  | { readonly type: 'event'; readonly unit: UnitRun; readonly event: UnitEvent }
  | { readonly type: 'metrics'; readonly tasks: readonly TaskMetrics[] };

/** `X` for a connector, `X-0` for a task: how logs and maps name a unit. */
export function unitName(unit: { readonly connector: string; readonly task: number | null }): string {
  return unit.task === null ? unit.connector : `${unit.connector}-${unit.task}`;
}

/** A map key: names alone are ambiguous, since a connector may be called `a-0`. */
export function unitKey(unit: { readonly connector: string; readonly task: number | null }): string {
  return unit.task === null ? `connector:${unit.connector}` : `task:${unit.connector}-${unit.task}`;
}
