import type { Logger } from 'pino';
import type { KafkaClient } from '../client/kafka-client.ts';
import { compareText } from '../client/topic-partitions.ts';
import { Alarm } from '../timing/alarm.ts';
import type { PartitionCounts } from './assignor.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import { isRetriable } from './offset-lookup.ts';
import { loadPartitionCounts } from './partition-counts.ts';

/** What a consumer subscribes to; a pattern must fit the whole name. */
export type SubscribedTo = { readonly topics: readonly string[] } | { readonly pattern: RegExp };

export interface GroupSubscriptionOptions {
  readonly client: KafkaClient;
  readonly settings: Pick<ConsumerSettings, 'metadataMaxAgeMs' | 'excludeInternalTopics'>;
  readonly logger: Logger;
  /** Topics or partitions came or went since the last join. */
  readonly onChange: () => void;
}

/** The brokers' own topics (`Topic.isInternal` of the Java clients). */
const INTERNAL: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
]);

/** Topics that were named and are not there are looked for this often. */
const MISSING_CHECK_MS = 1_000;

/** The topics of a group member, and the watch over them: every member watches its own. */
export class GroupSubscription {
  readonly #what: SubscribedTo;
  readonly #options: GroupSubscriptionOptions;
  readonly #alarm = new Alarm(() => {
    void this.#check();
  });
  #counts: PartitionCounts = new Map();
  #topics: readonly string[] = [];
  #stopped = false;

  constructor(what: SubscribedTo, options: GroupSubscriptionOptions) {
    this.#what = 'pattern' in what ? { pattern: wholeName(what.pattern) } : what;
    this.#options = options;
  }

  /** As of the last `load`. */
  get topics(): readonly string[] {
    return this.#topics;
  }

  /** Those of them that are there. */
  get existing(): readonly string[] {
    return [...this.#counts.keys()];
  }

  /** Looks at the cluster; called before each join, which is about what is there now. */
  async load(): Promise<void> {
    const { topics, counts } = await this.#look();
    this.#topics = topics;
    this.#counts = counts;
    this.#watch();
  }

  stop(): void {
    this.#stopped = true;
    this.#alarm.cancel();
  }

  #watch(): void {
    if (this.#stopped) {
      return;
    }
    const complete = this.#topics.every((topic) => this.#counts.has(topic));
    const { metadataMaxAgeMs } = this.#options.settings;
    const interval = complete ? metadataMaxAgeMs : Math.min(metadataMaxAgeMs, MISSING_CHECK_MS);
    this.#alarm.cancel();
    this.#alarm.setFor(performance.now() + interval);
  }

  async #check(): Promise<void> {
    const { logger, onChange } = this.#options;
    try {
      const { counts } = await this.#look();
      if (!this.#stopped && !same(counts, this.#counts)) {
        onChange();
      }
    } catch (error) {
      // The next join meets it too, and its caller is told.
      logger[isRetriable(error) ? 'debug' : 'warn'](
        { err: error },
        'Topics of the subscription cannot be looked up',
      );
    }
    this.#watch();
  }

  async #look(): Promise<{ readonly topics: readonly string[]; readonly counts: PartitionCounts }> {
    const { client } = this.#options;
    const topics = await this.#matching();
    return { topics, counts: await loadPartitionCounts(client, topics) };
  }

  async #matching(): Promise<readonly string[]> {
    const { client, settings } = this.#options;
    if ('topics' in this.#what) {
      return this.#what.topics;
    }
    const { pattern } = this.#what;
    const topics = await client.listTopics();
    return topics
      .filter((topic) => pattern.test(topic) && !(settings.excludeInternalTopics && INTERNAL.has(topic)))
      .sort(compareText);
  }
}

function wholeName(pattern: RegExp): RegExp {
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, ''));
}

function same(a: PartitionCounts, b: PartitionCounts): boolean {
  return a.size === b.size && [...a].every(([topic, count]) => b.get(topic) === count);
}
