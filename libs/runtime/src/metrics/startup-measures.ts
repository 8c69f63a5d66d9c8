import { Sensor, type SensorSettings } from '@millrace/metrics';

type Kind = 'connector' | 'task';

/** How starts of connectors or tasks end. */
class Outcomes {
  /** 1 for success, 0 for failure. */
  readonly #sensor: Sensor;
  #successes = 0;
  #failures = 0;

  constructor(settings: SensorSettings) {
    this.#sensor = new Sensor(settings);
  }

  record(success: boolean): void {
    this.#sensor.record(success ? 1 : 0);
    if (success) {
      this.#successes += 1;
    } else {
      this.#failures += 1;
    }
  }

  values(kind: Kind): Readonly<Record<string, number>> {
    const share = this.#sensor.average();
    return {
      [`${kind}-startup-attempts-total`]: this.#successes + this.#failures,
      [`${kind}-startup-success-total`]: this.#successes,
      [`${kind}-startup-success-percentage`]: Number.isNaN(share) ? 0 : share,
      [`${kind}-startup-failure-total`]: this.#failures,
      [`${kind}-startup-failure-percentage`]: Number.isNaN(share) ? 0 : 1 - share,
    };
  }
}

/** Counts the starts of a worker's connectors and tasks by what became of them; one that is stopped before is none. */
export class StartupMeasures {
  readonly #outcomes: Readonly<Record<Kind, Outcomes>>;
  /** Keys of the units that are being started. */
  readonly #starting = new Set<string>();

  constructor(settings: SensorSettings) {
    this.#outcomes = { connector: new Outcomes(settings), task: new Outcomes(settings) };
  }

  begins(unit: string): void {
    this.#starting.add(unit);
  }

  /** A unit reports a state. */
  reached(unit: { readonly key: string; readonly task: number | null }, state: string): void {
    if (this.#starting.delete(unit.key) && state !== 'UNASSIGNED' && state !== 'RESTARTING') {
      this.#outcomes[unit.task === null ? 'connector' : 'task'].record(state !== 'FAILED');
    }
  }

  /** Attributes of `connect-worker-metrics`. */
  values(): Readonly<Record<string, number>> {
    return { ...this.#outcomes.connector.values('connector'), ...this.#outcomes.task.values('task') };
  }
}
