export interface SensorSettings {
  /** `metrics.num.samples` */
  readonly samples: number;
  /** Milliseconds of one sample, `metrics.sample.window.ms`. */
  readonly windowMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

interface Window {
  readonly start: number;
  count: number;
  sum: number;
  max: number;
}

/**
 * What was recorded lately, in a few samples that each cover a window of time, as Kafka's clients and workers measure. Recording costs a
 * few additions and, once per window, an object: it is meant for batches and calls, not for records.
 */
export class Sensor {
  readonly #settings: SensorSettings;
  /** Oldest first; never empty after the first record. */
  readonly #windows: Window[] = [];
  /** Of everything since the start. */
  total = 0;

  constructor(settings: SensorSettings) {
    this.#settings = settings;
  }

  record(value: number): void {
    const now = this.#settings.now();
    let window = this.#windows.at(-1);
    if (window === undefined || now - window.start >= this.#settings.windowMs) {
      window = { start: now, count: 0, sum: 0, max: Number.NEGATIVE_INFINITY };
      this.#windows.push(window);
      this.#forgetOld(now);
    }
    window.count += 1;
    window.sum += value;
    window.max = Math.max(window.max, value);
    this.total += value;
  }

  /** Sum per second. A sensor that is young counts as if it had been silent before: else its first record would be a peak. */
  rate(): number {
    const { samples, windowMs, now } = this.#settings;
    const at = now();
    this.#forgetOld(at);
    const oldest = this.#windows[0];
    if (oldest === undefined) {
      return 0;
    }
    const sum = this.#windows.reduce((all, window) => all + window.sum, 0);
    const elapsedMs = Math.max(at - oldest.start, (samples - 1) * windowMs, 1);
    return (sum * 1_000) / elapsedMs;
  }

  /** Mean of what was recorded; NaN when nothing was. */
  average(): number {
    this.#forgetOld(this.#settings.now());
    const count = this.#windows.reduce((all, window) => all + window.count, 0);
    return this.#windows.reduce((all, window) => all + window.sum, 0) / count;
  }

  /** NaN when nothing was recorded. */
  max(): number {
    this.#forgetOld(this.#settings.now());
    return this.#windows.length === 0 ? Number.NaN : Math.max(...this.#windows.map((window) => window.max));
  }

  #forgetOld(now: number): void {
    const { samples, windowMs } = this.#settings;
    const age = Math.max(samples * windowMs, 1);
    while (this.#windows[0] !== undefined && now - this.#windows[0].start >= age) {
      this.#windows.shift();
    }
  }
}
