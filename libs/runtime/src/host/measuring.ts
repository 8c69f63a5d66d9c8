import { taskProgressTimeoutMs, type WorkerConfig } from '@millrace/config';
import type { Props } from '@millrace/connect-api';
import type { TaskMeasuresOptions } from '../metrics/task-measures.ts';

/** How old the ends of a sink's partitions may be, and how many looks at them there are before it can count as stalled. */
const LAG_MAX_AGE_MS = 10_000;
const LAG_LOOKS = 4;

/** How the tasks of a connector measure. Throws ConfigError. */
export function measuring(config: WorkerConfig, connectorProps: Props): TaskMeasuresOptions {
  return {
    samples: config.metricsNumSamples,
    windowMs: config.metricsSampleWindowMs,
    progressTimeoutMs: taskProgressTimeoutMs(connectorProps, config.taskProgressTimeoutMs),
    now: () => performance.now(),
  };
}

/** Milliseconds for which the ends of a sink's partitions are not asked for again. */
export function lagMaxAgeMs(progressTimeoutMs: number): number {
  return progressTimeoutMs === 0 ? LAG_MAX_AGE_MS : Math.min(LAG_MAX_AGE_MS, progressTimeoutMs / LAG_LOOKS);
}
