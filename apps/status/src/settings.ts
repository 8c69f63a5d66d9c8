import type { Listener } from '@millrace/config';

/** What the aggregator needs to know of its properties file. */
export interface StatusSettings {
  readonly groupId: string;
  /** Settings of the connections to Kafka, under the Java clients' names. */
  readonly client: Readonly<Record<string, string>>;
  readonly clientId: string;
  readonly configTopic: string;
  readonly statusTopic: string;
  /** Path of the SQLite file, or `:memory:`. */
  readonly database: string;
  readonly listeners: readonly Listener[];
}
