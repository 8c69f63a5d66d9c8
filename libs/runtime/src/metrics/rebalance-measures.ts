import { Sensor, type SensorSettings } from '@millrace/metrics';

const MS_PER_HOUR = 3_600_000;

/** What a worker's membership in its group measures. */
export class RebalanceMeasures {
  readonly #now: () => number;
  readonly #times: Sensor;
  readonly #joins: Sensor;
  readonly #heartbeats: Sensor;
  /** Each completed rebalance is a record of 1. */
  readonly #completed: Sensor;
  #since: number | null = null;
  #lastCompleted = Number.NaN;
  #lastHeartbeat = Number.NaN;
  #deadline = Number.NEGATIVE_INFINITY;

  constructor(settings: SensorSettings) {
    this.#now = settings.now;
    this.#times = new Sensor(settings);
    this.#joins = new Sensor(settings);
    this.#heartbeats = new Sensor(settings);
    this.#completed = new Sensor(settings);
  }

  /** Between the first preparation for a round and the assignment that work begins by. */
  get rebalancing(): boolean {
    return this.#since !== null;
  }

  /** The worker is about to join a round; one without an assignment of use is followed by another. */
  joins(): void {
    this.#joins.record(1);
    this.#since ??= this.#now();
  }

  assigned(): void {
    const now = this.#now();
    this.#times.record(now - (this.#since ?? now));
    this.#completed.record(1);
    this.#since = null;
    this.#lastCompleted = now;
  }

  /** The place in the group is lost: what follows is a rebalance again. */
  lost(): void {
    this.#since ??= this.#now();
  }

  /** The membership holds until `deadline`; one that is not later than the last takes that back, and is no heartbeat. */
  renewed(deadline: number): void {
    if (deadline > this.#deadline) {
      this.#heartbeats.record(1);
      this.#lastHeartbeat = this.#now();
    }
    this.#deadline = deadline;
  }

  /** Attributes of `connect-worker-rebalance-metrics` that are measured. */
  rebalances(): Readonly<Record<string, number>> {
    return {
      'completed-rebalances-total': this.#completed.total,
      'rebalance-max-time-ms': this.#times.max(),
      'rebalance-avg-time-ms': this.#times.average(),
      'time-since-last-rebalance-ms': this.#now() - this.#lastCompleted,
    };
  }

  /** Attributes of `connect-coordinator-metrics` that are measured. */
  coordinator(): Readonly<Record<string, number>> {
    return {
      'join-rate': this.#joins.rate(),
      'join-total': this.#joins.total,
      'heartbeat-rate': this.#heartbeats.rate(),
      'heartbeat-total': this.#heartbeats.total,
      'last-heartbeat-seconds-ago': (this.#now() - this.#lastHeartbeat) / 1_000,
      'rebalance-total': this.#completed.total,
      'rebalance-rate-per-hour': (this.#completed.rate() * MS_PER_HOUR) / 1_000,
      'rebalance-latency-avg': this.#times.average(),
      'rebalance-latency-max': this.#times.max(),
      'rebalance-latency-total': this.#times.total,
      'last-rebalance-seconds-ago': (this.#now() - this.#lastCompleted) / 1_000,
    };
  }
}
