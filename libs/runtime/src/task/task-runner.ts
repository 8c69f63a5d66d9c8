import type { Props } from '@millrace/connect-api';
import type { TargetState } from '@millrace/topic-stores';
import type { TaskDescription } from '../host/task-description.ts';
import type { UnitEvent } from '../host/messages.ts';
import type { StallReason } from '../metrics/progress-watch.ts';

/** What runs one connector or task inside a host. Calls do not overlap, `interrupt` and `cancel` excepted. */
export interface UnitRunner {
  /** Brings it up; resolves when it has reached its first state. Throws what makes it FAILED. */
  start(): Promise<void>;
  setTargetState(state: TargetState): Promise<void> | void;
  /** Connectors only: complete task configurations. */
  taskConfigs?(): Promise<readonly Props[]>;
  /** A stop is wanted while another call is at work: that one should come to its end. */
  interrupt?(): void;
  /**
   * Ends it and releases what it holds, also after `start` threw or the runner reported its failure; resolves when nothing of it
   * runs any more.
   */
  stop(): Promise<void>;
  /** Forbids it every further write, for good; called when `stop` took too long. */
  cancel(): void;
  /** What it is made of, for metrics; connectors have none. */
  readonly description?: TaskDescription;
  /** What it measures, by attribute of the JVM's metrics, NaN for what is not known; asked every few seconds. Connectors have none. */
  metrics?(): Readonly<Record<string, number>>;
  /** Why it does not move though it is RUNNING and there is work; null: it moves. Asked after `metrics`. */
  stalled?(): StallReason | null;
}

/** How a runner reports. A runner that reports `failed` or `lease-expired` is stopped by its host next. */
export type Report = (event: UnitEvent) => void;
