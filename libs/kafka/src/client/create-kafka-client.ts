import type { Logger } from 'pino';
import { BrokerUnavailableError, KafkaError, LeaderNotAvailableError } from '../errors.ts';
import { connectionSettings, type ConnectionSettings } from './client-settings.ts';
import { Connections, type BrokerAddress } from './connections.ts';
import { ErrorCode, errorFor } from './error-codes.ts';
import { findCoordinatorRequest } from './find-coordinator-request.ts';
import type {
  ClientProps,
  CoordinatorType,
  KafkaClient,
  TopicMetadata,
  WireRequest,
} from './kafka-client.ts';
import { metadataRequest, type MetadataResponse } from './metadata-request.ts';

export interface KafkaClientOptions {
  readonly logger: Logger;
  /** Overrides `client.id`. */
  readonly clientId?: string;
}

/** A client for the cluster that the settings name; throws ConfigError for a setting that is wrong or cannot be honoured. */
export function createKafkaClient(props: ClientProps, options: KafkaClientOptions): KafkaClient {
  return new KafkajsClient(props, options);
}

const COORDINATOR_RETRIES = 50;

class KafkajsClient implements KafkaClient {
  readonly props: ClientProps;
  readonly clientId: string;
  readonly logger: Logger;
  readonly #settings: ConnectionSettings;
  readonly #connections: Connections;
  readonly #brokers = new Map<number, BrokerAddress>();
  readonly #topics = new Map<string, { readonly metadata: TopicMetadata; readonly at: number }>();
  readonly #coordinators = new Map<string, number>();
  readonly #loading = new Map<string, Promise<MetadataResponse>>();
  #clusterId: string | null = null;
  #nextBootstrap = 0;

  constructor(props: ClientProps, options: KafkaClientOptions) {
    this.props = props;
    this.clientId = options.clientId ?? props['client.id'] ?? 'millrace';
    this.logger = options.logger;
    this.#settings = connectionSettings(props);
    this.#connections = new Connections(this.#settings, this.clientId, options.logger);
  }

  async connect(): Promise<void> {
    await this.#load([]);
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }

  async clusterId(): Promise<string> {
    if (this.#clusterId === null) {
      await this.#load([]);
    }
    return this.#clusterId ?? '';
  }

  async metadata(topics: readonly string[]): Promise<readonly TopicMetadata[]> {
    const oldest = performance.now() - this.#settings.metadataMaxAgeMs;
    const missing = topics.filter(
      (topic) => (this.#topics.get(topic)?.at ?? Number.NEGATIVE_INFINITY) < oldest,
    );
    if (missing.length > 0) {
      await this.#loadTopics(missing);
    }
    return topics.map((topic) => {
      const known = this.#topics.get(topic);
      if (known === undefined) {
        throw errorFor(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `Metadata of topic ${topic}`);
      }
      return known.metadata;
    });
  }

  async refreshMetadata(topics?: readonly string[]): Promise<void> {
    const refreshed = topics ?? [...this.#topics.keys()];
    for (const topic of refreshed) {
      this.#topics.delete(topic);
    }
    await this.#load(refreshed);
  }

  async listTopics(): Promise<readonly string[]> {
    const response = await this.#load(null);
    return response.topics.filter(({ error }) => error === ErrorCode.NONE).map(({ topic }) => topic);
  }

  async leader(topic: string, partition: number): Promise<number> {
    const [metadata] = await this.metadata([topic]);
    const found = metadata?.partitions.find((candidate) => candidate.partition === partition);
    if (found === undefined) {
      throw errorFor(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `Partition ${topic}-${partition}`);
    }
    if (found.leader < 0) {
      throw new LeaderNotAvailableError(`${topic}-${partition} has no leader now`, { retriable: true });
    }
    return found.leader;
  }

  async coordinator(type: CoordinatorType, key: string): Promise<number> {
    const name = `${type}:${key}`;
    const known = this.#coordinators.get(name);
    if (known !== undefined) {
      return known;
    }
    for (let attempt = 0; ; attempt += 1) {
      const found = await this.#anyBroker((broker) =>
        this.#connections.send(broker, findCoordinatorRequest(type, key)),
      );
      if (found.error === ErrorCode.NONE) {
        this.#brokers.set(found.nodeId, { host: found.host, port: found.port });
        this.#coordinators.set(name, found.nodeId);
        return found.nodeId;
      }
      const error = errorFor(found.error, `Coordinator of ${type} ${key}`);
      // The internal topic behind it may be being created right now.
      if (!error.retriable || attempt >= COORDINATOR_RETRIES) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, this.#settings.retryBackoffMs));
    }
  }

  forgetCoordinator(type: CoordinatorType, key: string): void {
    this.#coordinators.delete(`${type}:${key}`);
  }

  async anyBroker(): Promise<number> {
    if (this.#brokers.size === 0) {
      await this.#load([]);
    }
    const [first] = this.#brokers.keys();
    if (first === undefined) {
      throw new BrokerUnavailableError('The cluster names no broker now', { retriable: true });
    }
    return first;
  }

  async send<Response>(nodeId: number, request: WireRequest<Response>): Promise<Response> {
    let broker = this.#brokers.get(nodeId);
    if (broker === undefined) {
      await this.#load([]);
      broker = this.#brokers.get(nodeId);
    }
    if (broker === undefined) {
      throw new KafkaError(`Broker ${nodeId} is not known to the cluster now`, { retriable: true });
    }
    return this.#connections.send(broker, request);
  }

  closeLane(lane: string): void {
    this.#connections.closeLane(lane);
  }

  separate(clientId: string): KafkaClient {
    return new KafkajsClient(this.props, { logger: this.logger, clientId });
  }

  async #loadTopics(topics: readonly string[]): Promise<void> {
    const response = await this.#load(topics);
    for (const { topic, error } of response.topics) {
      if (error !== ErrorCode.NONE && topics.includes(topic)) {
        throw errorFor(error, `Metadata of topic ${topic}`);
      }
    }
  }

  /** One request for the same topics at a time, whoever asks. */
  async #load(topics: readonly string[] | null): Promise<MetadataResponse> {
    const key = topics === null ? '*' : [...topics].sort().join(',');
    const underWay = this.#loading.get(key);
    if (underWay !== undefined) {
      return underWay;
    }
    const autoCreate = this.props['allow.auto.create.topics'] !== 'false';
    const loading = this.#anyBroker((broker) =>
      this.#connections.send(broker, metadataRequest(topics, autoCreate)),
    )
      .then((response) => {
        this.#learn(response);
        return response;
      })
      .finally(() => {
        this.#loading.delete(key);
      });
    this.#loading.set(key, loading);
    return loading;
  }

  #learn(response: MetadataResponse): void {
    for (const { nodeId, host, port } of response.brokers) {
      this.#brokers.set(nodeId, { host, port });
    }
    this.#clusterId = response.clusterId;
    const at = performance.now();
    for (const { topic, error, partitions } of response.topics) {
      if (error === ErrorCode.NONE) {
        this.#topics.set(topic, {
          at,
          metadata: {
            topic,
            partitions: partitions
              .map(({ partition, leader }) => ({ partition, leader }))
              .sort((a, b) => a.partition - b.partition),
          },
        });
      }
    }
  }

  /** Tries known brokers, then the bootstrap servers; BrokerUnavailableError names all of them and why. */
  async #anyBroker<T>(call: (broker: BrokerAddress) => Promise<T>): Promise<T> {
    const bootstrap = this.#settings.bootstrapServers;
    const start = this.#nextBootstrap;
    const rotated = bootstrap.map((_, index) => bootstrap[(start + index) % bootstrap.length]);
    const candidates = new Map<string, BrokerAddress>();
    for (const broker of [...this.#brokers.values(), ...rotated]) {
      if (broker !== undefined) {
        candidates.set(`${broker.host}:${broker.port}`, broker);
      }
    }
    const failures: string[] = [];
    let cause: unknown;
    for (const broker of candidates.values()) {
      try {
        return await call(broker);
      } catch (error) {
        if (!(error instanceof KafkaError) || !error.retriable) {
          throw error;
        }
        cause = error;
        failures.push(error.message);
        this.#nextBootstrap += 1;
      }
    }
    throw new BrokerUnavailableError(`No Kafka broker answers: ${failures.join('; ')}`, {
      retriable: true,
      cause,
    });
  }
}
