import type { BrokerAddress } from './connections.ts';
import type { TopicMetadata } from './kafka-client.ts';
import type { MetadataResponse } from './metadata-request.ts';

/** What a client remembers of its cluster. Nothing in it is certain: whoever finds it wrong has it forgotten. */
export class ClusterView {
  clusterId: string | null = null;
  #brokers = new Map<number, BrokerAddress>();
  readonly #topics = new Map<string, { readonly metadata: TopicMetadata; readonly at: number }>();
  readonly #coordinators = new Map<string, number>();

  /** Brokers that the last answer does not name are gone. `now` as performance.now(). */
  learn(response: MetadataResponse, now: number): void {
    if (response.brokers.length > 0) {
      this.#brokers = new Map(response.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    }
    this.clusterId = response.clusterId;
    for (const { topic, error, partitions } of response.topics) {
      if (error === 0) {
        const sorted = partitions
          .map(({ partition, leader }) => ({ partition, leader }))
          .sort((a, b) => a.partition - b.partition);
        this.#topics.set(topic, { at: now, metadata: { topic, partitions: sorted } });
      }
    }
  }

  learnCoordinator(name: string, nodeId: number, address: BrokerAddress): void {
    this.#brokers.set(nodeId, address);
    this.#coordinators.set(name, nodeId);
  }

  get brokers(): ReadonlyMap<number, BrokerAddress> {
    return this.#brokers;
  }

  get topics(): readonly string[] {
    return [...this.#topics.keys()];
  }

  /** Undefined when it is not known, or was learned before `notBefore`. */
  topic(topic: string, notBefore = Number.NEGATIVE_INFINITY): TopicMetadata | undefined {
    const known = this.#topics.get(topic);
    return known === undefined || known.at < notBefore ? undefined : known.metadata;
  }

  coordinator(name: string): number | undefined {
    return this.#coordinators.get(name);
  }

  forgetTopic(topic: string): void {
    this.#topics.delete(topic);
  }

  forgetCoordinator(name: string): void {
    this.#coordinators.delete(name);
  }

  /** The broker does not answer: what it leads or coordinates may be somewhere else by now. */
  distrust(nodeId: number): void {
    for (const [name, coordinator] of this.#coordinators) {
      if (coordinator === nodeId) {
        this.#coordinators.delete(name);
      }
    }
    for (const [topic, { metadata }] of this.#topics) {
      if (metadata.partitions.some(({ leader }) => leader === nodeId)) {
        this.#topics.delete(topic);
      }
    }
  }
}
