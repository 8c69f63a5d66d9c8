import { ForbiddenError, type ActiveTopics } from '@millrace/rest';
import type { StatusBackingStore } from '@millrace/topic-stores';
import type { ConfigAccess } from '../stores/config-access.ts';
import type { StatusAccess } from '../stores/status-access.ts';

export interface TopicTracking {
  /** `topic.tracking.enable` */
  readonly enabled: boolean;
  /** `topic.tracking.allow.reset` */
  readonly resetAllowed: boolean;
}

/** The topics that connectors were seen to use (KIP-558). */
export class Topics {
  readonly #config: ConfigAccess;
  readonly #status: StatusAccess;
  readonly #store: StatusBackingStore;
  readonly #tracking: TopicTracking;

  constructor(config: ConfigAccess, status: StatusAccess, tracking: TopicTracking) {
    this.#config = config;
    this.#status = status;
    this.#store = status.store;
    this.#tracking = tracking;
  }

  /** By connector name; empty for one that is not there. Throws ForbiddenError when tracking is off. */
  async active(connector: string): Promise<Readonly<Record<string, ActiveTopics>>> {
    this.#requireTracking();
    const [state] = await Promise.all([this.#config.read(), this.#status.read()]);
    const topics = state.contains(connector) ? this.#store.topics(connector).map(({ topic }) => topic) : [];
    return { [connector]: { topics: [...topics].sort() } };
  }

  /** Forgets them all; those still in use are seen again. Throws ForbiddenError, UnavailableError. */
  async reset(connector: string): Promise<void> {
    this.#requireTracking();
    if (!this.#tracking.resetAllowed) {
      throw new ForbiddenError('Topic tracking reset is disabled.');
    }
    await this.#status.readForWrite();
    for (const { topic } of this.#store.topics(connector)) {
      this.#store.deleteTopic(connector, topic);
    }
    await this.#status.flush();
  }

  #requireTracking(): void {
    if (!this.#tracking.enabled) {
      throw new ForbiddenError('Topic tracking is disabled.');
    }
  }
}
