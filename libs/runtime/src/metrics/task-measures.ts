import { Sensor, StateTimer, type SensorSettings } from '@millrace/metrics';
import { CommitMeasures } from './commit-measures.ts';
import { ProgressWatch } from './progress-watch.ts';

export interface TaskMeasuresOptions extends SensorSettings {
  /** `task.progress.timeout.ms` */
  readonly progressTimeoutMs: number;
}

/** What source and sink tasks measure alike. Touched per batch and per call, never per record. */
export class TaskMeasures {
  readonly commits: CommitMeasures;
  /** Records of each poll or put. */
  readonly batches: Sensor;
  readonly watch: ProgressWatch;
  readonly #states: StateTimer<'starting' | 'running' | 'paused'>;

  constructor(options: TaskMeasuresOptions) {
    this.commits = new CommitMeasures(options);
    this.batches = new Sensor(options);
    this.watch = new ProgressWatch({ limitMs: options.progressTimeoutMs, now: options.now });
    this.#states = new StateTimer('starting', options.now);
  }

  reached(state: 'running' | 'paused'): void {
    this.#states.change(state);
  }

  /** Attributes of `connector-task-metrics`. */
  values(): Readonly<Record<string, number>> {
    return {
      'running-ratio': this.#states.ratio('running'),
      'pause-ratio': this.#states.ratio('paused'),
      'batch-size-max': this.batches.max(),
      'batch-size-avg': this.batches.average(),
      ...this.commits.values(),
    };
  }
}
