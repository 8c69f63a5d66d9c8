import { decodeConfigRecord, decodeStatusRecord } from '@millrace/topic-stores';
import type { Transition } from '../history/history-event.ts';
import type { TopicRecord } from '../topics/record-source.ts';
import { ConfigView } from './config-view.ts';
import { StatusView } from './status-view.ts';

/** What a record did to the view. */
export type Applied =
  | { readonly kind: 'applied'; readonly transition: Transition | null }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** What the config and status topics say of a Connect cluster, folded from their records. */
export class ClusterView {
  readonly configs = new ConfigView();
  readonly statuses = new StatusView();
  readonly #configTopic: string;

  constructor(configTopic: string) {
    this.#configTopic = configTopic;
  }

  /** Applies a record; never throws. `at` is its time. */
  apply(record: TopicRecord, at: number): Applied {
    const { topic, key, value, offset } = record;
    if (key === null) {
      return { kind: 'unreadable', reason: 'it has no key' };
    }
    if (topic === this.#configTopic) {
      const decoded = decodeConfigRecord(key, value);
      return 'reason' in decoded
        ? { kind: 'unreadable', reason: decoded.reason }
        : { kind: 'applied', transition: this.configs.apply(decoded, offset, at) };
    }
    const decoded = decodeStatusRecord(key, value);
    return 'reason' in decoded
      ? { kind: 'unreadable', reason: decoded.reason }
      : { kind: 'applied', transition: this.statuses.apply(decoded, at) };
  }
}
