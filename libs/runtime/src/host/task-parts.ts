import type { PluginLogger, Props } from '@millrace/connect-api';
import type { WorkerConfig } from '@millrace/config';
import type { LoadedConnector, PluginRegistry } from '@millrace/plugins';
import type { Logger } from 'pino';
import type { ErrorPolicy } from '../errors/error-policy.ts';
import type { TaskGate } from '../task/task-gate.ts';
import type { Report } from '../task/task-runner.ts';
import type { ClientPool } from './client-pool.ts';
import type { ConnectorSettings } from './connector-settings.ts';
import type { UnitStart } from './messages.ts';
import type { OffsetsOnDemand } from './offsets-on-demand.ts';
import type { PluginSet } from './plugin-set.ts';

/** What the tasks of a host share. */
export interface SharedParts {
  readonly config: WorkerConfig;
  readonly registry: PluginRegistry;
  readonly clients: ClientPool;
  /** Of the worker's topic. */
  readonly offsets: OffsetsOnDemand;
}

/** What one task is made of; references in its properties are resolved. */
export interface TaskParts {
  readonly start: UnitStart;
  readonly report: Report;
  readonly settings: ConnectorSettings;
  readonly connectorProps: Props;
  readonly taskProps: Props;
  readonly loaded: LoadedConnector;
  readonly plugins: PluginSet;
  readonly policy: ErrorPolicy;
  readonly gate: TaskGate;
  readonly logger: PluginLogger;
  readonly log: Logger;
}

/** Of a stop's time limit: for the records under way, the rest for the poll at work, the last commit and closing. */
const DRAIN_SHARE = 0.5;
/** Milliseconds that dead letters under way may take when a task has ended. */
export const LAST_LETTERS_MS = 1_000;

/** Milliseconds that a stop may wait for records under way. */
export function drainTimeoutMs({
  taskShutdownGracefulTimeoutMs,
  offsetFlushTimeoutMs,
}: WorkerConfig): number {
  return Math.min(offsetFlushTimeoutMs, taskShutdownGracefulTimeoutMs * DRAIN_SHARE);
}
