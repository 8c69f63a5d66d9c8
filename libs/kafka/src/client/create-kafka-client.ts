import type { Logger } from 'pino';
import { BrokerUnavailableError, KafkaError } from '../errors.ts';
import { connectionSettings, type ConnectionSettings } from './client-settings.ts';
import { ClusterView } from './cluster-view.ts';
import { Connections, type BrokerAddress } from './connections.ts';
import { ErrorCode, errorFor } from './error-codes.ts';
import { leaderOf } from './find-leaders.ts';
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
  readonly #view = new ClusterView();
  readonly #loading = new Map<string, Promise<MetadataResponse>>();
  /** performance.now() of the last failure of a broker, by address: the others are asked first. */
  readonly #failedAt = new Map<string, number>();

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
    if (this.#view.clusterId === null) {
      await this.#load([]);
    }
    return this.#view.clusterId ?? '';
  }

  async metadata(topics: readonly string[]): Promise<readonly TopicMetadata[]> {
    const oldest = performance.now() - this.#settings.metadataMaxAgeMs;
    const missing = topics.filter((topic) => this.#view.topic(topic, oldest) === undefined);
    if (missing.length > 0) {
      await this.#loadTopics(missing);
    }
    return topics.map((topic) => {
      const known = this.#view.topic(topic);
      if (known === undefined) {
        throw errorFor(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `Metadata of topic ${topic}`);
      }
      return known;
    });
  }

  async refreshMetadata(topics: readonly string[] = this.#view.topics): Promise<void> {
    for (const topic of topics) {
      this.#view.forgetTopic(topic);
    }
    await this.#load(topics);
  }

  async listTopics(): Promise<readonly string[]> {
    const response = await this.#load(null);
    return response.topics.filter(({ error }) => error === ErrorCode.NONE).map(({ topic }) => topic);
  }

  async leader(topic: string, partition: number): Promise<number> {
    const [metadata] = await this.metadata([topic]);
    const leader = leaderOf(metadata, { topic, partition });
    if (leader instanceof Error) {
      throw leader;
    }
    return leader;
  }

  async coordinator(type: CoordinatorType, key: string): Promise<number> {
    const name = coordinatorName(type, key);
    const known = this.#view.coordinator(name);
    if (known !== undefined) {
      return known;
    }
    for (let attempt = 0; ; attempt += 1) {
      const found = await this.#ask(findCoordinatorRequest(type, key));
      if (found.error === ErrorCode.NONE) {
        this.#view.learnCoordinator(name, found.nodeId, { host: found.host, port: found.port });
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
    this.#view.forgetCoordinator(coordinatorName(type, key));
  }

  async anyBroker(): Promise<number> {
    if (this.#view.brokers.size === 0) {
      await this.#load([]);
    }
    const ids = [...this.#view.brokers]
      .sort(([, a], [, b]) => this.#lastFailure(a) - this.#lastFailure(b))
      .map(([id]) => id);
    const [first] = ids;
    if (first === undefined) {
      throw new BrokerUnavailableError('The cluster names no broker now', { retriable: true });
    }
    return first;
  }

  async send<Response>(nodeId: number, request: WireRequest<Response>): Promise<Response> {
    let broker = this.#view.brokers.get(nodeId);
    if (broker === undefined) {
      await this.#load([]);
      broker = this.#view.brokers.get(nodeId);
    }
    if (broker === undefined) {
      throw new KafkaError(`Broker ${nodeId} is not known to the cluster now`, { retriable: true });
    }
    try {
      return await this.#sendTo(broker, request);
    } catch (error) {
      if (isFailureOfBroker(error)) {
        this.#view.distrust(nodeId);
      }
      throw error;
    }
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
    const loading = this.#ask(metadataRequest(topics, autoCreate))
      .then((response) => {
        this.#view.learn(response, performance.now());
        return response;
      })
      .finally(() => {
        this.#loading.delete(key);
      });
    this.#loading.set(key, loading);
    return loading;
  }

  /**
   * Asks known brokers and bootstrap servers one after the other, those that failed last the latest;
   * BrokerUnavailableError names all of them and why.
   */
  async #ask<T>(request: WireRequest<T>): Promise<T> {
    const candidates = new Map<string, BrokerAddress>();
    for (const broker of [...this.#view.brokers.values(), ...this.#settings.bootstrapServers]) {
      candidates.set(addressOf(broker), broker);
    }
    const failures: string[] = [];
    let cause: unknown;
    const inTurn = [...candidates.values()].sort((a, b) => this.#lastFailure(a) - this.#lastFailure(b));
    for (const broker of inTurn) {
      try {
        return await this.#sendTo(broker, request);
      } catch (error) {
        if (!(error instanceof KafkaError) || !error.retriable) {
          throw error;
        }
        cause = error;
        failures.push(error.message);
      }
    }
    throw new BrokerUnavailableError(`No Kafka broker answers: ${failures.join('; ')}`, {
      retriable: true,
      cause,
    });
  }

  async #sendTo<T>(broker: BrokerAddress, request: WireRequest<T>): Promise<T> {
    try {
      return await this.#connections.send(broker, request);
    } catch (error) {
      if (isFailureOfBroker(error)) {
        this.#failedAt.set(addressOf(broker), performance.now());
      }
      throw error;
    }
  }

  #lastFailure(broker: BrokerAddress): number {
    return this.#failedAt.get(addressOf(broker)) ?? 0;
  }
}

/** No answer at all, as opposed to one with an error code. */
function isFailureOfBroker(error: unknown): boolean {
  return error instanceof KafkaError && error.retriable && error.brokerCode === undefined;
}

function addressOf({ host, port }: BrokerAddress): string {
  return `${host}:${port}`;
}

function coordinatorName(type: CoordinatorType, key: string): string {
  return `${type}:${key}`;
}
