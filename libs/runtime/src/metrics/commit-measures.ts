import { Sensor, type SensorSettings } from '@millrace/metrics';

/** How the commits of a task's offsets go. */
export class CommitMeasures {
  readonly #times: Sensor;
  /** 1 for success, 0 for failure. */
  readonly #outcomes: Sensor;
  #successes = 0;
  #failures = 0;

  constructor(settings: SensorSettings) {
    this.#times = new Sensor(settings);
    this.#outcomes = new Sensor(settings);
  }

  succeeded(ms: number): void {
    this.#successes += 1;
    this.#times.record(ms);
    this.#outcomes.record(1);
  }

  failed(): void {
    this.#failures += 1;
    this.#outcomes.record(0);
  }

  /** Attributes of `connector-task-metrics`. The shares are both 0 where nothing was committed lately, as the JVM's. */
  values(): Readonly<Record<string, number>> {
    const share = this.#outcomes.average();
    return {
      'offset-commit-max-time-ms': this.#times.max(),
      'offset-commit-avg-time-ms': this.#times.average(),
      'offset-commit-success-percentage': Number.isNaN(share) ? 0 : share,
      'offset-commit-failure-percentage': Number.isNaN(share) ? 0 : 1 - share,
      'offset-commit-success-total': this.#successes,
      'offset-commit-failure-total': this.#failures,
    };
  }
}
