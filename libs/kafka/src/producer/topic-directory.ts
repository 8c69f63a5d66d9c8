import { toError } from '@millrace/connect-api';
import type { KafkaClient } from '../client/kafka-client.ts';
import { KafkaError } from '../errors.ts';
import { Alarm } from '../timing/alarm.ts';
import type { ProducerSettings } from './producer-settings.ts';
import type { TopicRoute } from './topic-route.ts';

export interface TopicDirectoryOptions {
  readonly client: KafkaClient;
  readonly settings: Pick<ProducerSettings, 'retryBackoffMs' | 'retryBackoffMaxMs'>;
  readonly createRoute: (topic: string) => TopicRoute;
  /** Whether somebody still waits for news of the topic. */
  readonly needed: (topic: string) => boolean;
  /** There are news: routes were learned, or an error that will not pass. */
  readonly onNews: () => void;
}

/** What is known about one topic beside its route. */
interface Entry {
  route: TopicRoute | undefined;
  wanted: boolean;
  failures: number;
  lastError: Error | null;
  /** performance.now() before which it is not asked for again. */
  notBefore: number;
}

/** The routes of a producer's topics, loaded and kept up to date in the background: one request at a time, with back-off. */
export class TopicDirectory {
  readonly #options: TopicDirectoryOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #alarm = new Alarm(() => {
    void this.#turn();
  });
  #busy = false;
  #closed = false;

  constructor(options: TopicDirectoryOptions) {
    this.#options = options;
  }

  route(topic: string): TopicRoute | undefined {
    return this.#entries.get(topic)?.route;
  }

  /** Why the topic could not be loaded the last time; null when it could, or was not asked for. */
  lastError(topic: string): Error | null {
    return this.#entries.get(topic)?.lastError ?? null;
  }

  /** The error that ended the last attempt for good, while it is young; later the topic may be wanted again. */
  lastingError(topic: string, now: number): Error | null {
    const entry = this.#entries.get(topic);
    return entry === undefined || entry.wanted || entry.notBefore <= now ? null : entry.lastError;
  }

  /** Loads the topic soon, and again for as long as it is needed; one that is known is loaded anew. */
  want(topic: string): void {
    let entry = this.#entries.get(topic);
    if (entry === undefined) {
      entry = { route: undefined, wanted: false, failures: 0, lastError: null, notBefore: 0 };
      this.#entries.set(topic, entry);
    }
    if (entry.wanted) return;
    entry.wanted = true;
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    this.#alarm.cancel();
  }

  #schedule(): void {
    if (this.#busy || this.#closed) return;
    let next = Number.POSITIVE_INFINITY;
    for (const { wanted, notBefore } of this.#entries.values()) {
      if (wanted && notBefore < next) next = notBefore;
    }
    if (next < Number.POSITIVE_INFINITY) this.#alarm.setFor(next);
  }

  async #turn(): Promise<void> {
    const now = performance.now();
    const due: string[] = [];
    const stale: string[] = [];
    for (const [topic, entry] of this.#entries) {
      if (!entry.wanted || entry.notBefore > now) continue;
      entry.wanted = this.#options.needed(topic);
      if (!entry.wanted) continue;
      due.push(topic);
      if (entry.route !== undefined) stale.push(topic);
    }
    this.#busy = true;
    try {
      if (stale.length > 0) await this.#options.client.refreshMetadata(stale);
      await Promise.all(due.map((topic) => this.#load(topic)));
    } catch (error) {
      for (const topic of due) this.#failed(topic, toError(error));
    }
    this.#busy = false;
    if (this.#closed) return;
    if (due.length > 0) this.#options.onNews();
    this.#schedule();
  }

  async #load(topic: string): Promise<void> {
    const { client, settings, createRoute } = this.#options;
    const entry = this.#entries.get(topic);
    if (entry === undefined) return;
    try {
      const [metadata] = await client.metadata([topic]);
      if (metadata === undefined) return;
      const now = performance.now();
      entry.route ??= createRoute(topic);
      entry.route.learn(metadata, now);
      entry.failures = 0;
      entry.lastError = null;
      entry.wanted = entry.route.leaderless;
      entry.notBefore = now + settings.retryBackoffMs;
    } catch (error) {
      this.#failed(topic, toError(error));
    }
  }

  #failed(topic: string, error: Error): void {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#options.settings;
    const entry = this.#entries.get(topic);
    if (entry === undefined) return;
    entry.lastError = error;
    entry.notBefore = performance.now() + Math.min(retryBackoffMs * 2 ** entry.failures, retryBackoffMaxMs);
    entry.failures++;
    entry.wanted = !(error instanceof KafkaError) || error.retriable;
  }
}
