import type { Report } from './task-runner.ts';

/** How long a topic is not reported again; after a reset of the topics it reappears within this time. */
const REPORT_AGAIN_MS = 5_000;

/** Reports the topics a task uses, now and then: whether that is news is for the status store to know. */
export class TopicSightings {
  readonly #report: Report;
  readonly #now: () => number;
  readonly #quietUntil = new Map<string, number>();

  constructor(report: Report, now: () => number = () => performance.now()) {
    this.#report = report;
    this.#now = now;
  }

  saw(topic: string): void {
    const now = this.#now();
    if (now >= (this.#quietUntil.get(topic) ?? 0)) {
      this.#quietUntil.set(topic, now + REPORT_AGAIN_MS);
      this.#report({ kind: 'topic', topic });
    }
  }
}
