import type { Logger } from 'pino';

/** Settings of a Kafka client under the Java clients' names (`bootstrap.servers`, `security.protocol`, …). */
export type ClientProps = Readonly<Record<string, string>>;

/** One protocol request of our own, sent over kafkajs's connections. */
export interface WireRequest<Response> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  /** False for acks=0 produce requests only. */
  readonly expectResponse?: boolean;
  /** Milliseconds; the client's `request.timeout.ms` when left out. */
  readonly timeoutMs?: number;
  /** Requests of different lanes take different connections, so that a long poll holds nothing up. */
  readonly lane?: string;
  /** What the broker sees as the client's id; the client's own when left out. */
  readonly clientId?: string;
  /** The body after the request header, also in pieces: they must not change until there is a response. */
  encode(): Buffer | readonly Buffer[];
  /** Called right before the bytes are written; what it throws fails the request, and nothing is written. */
  beforeWrite?(): void;
  /** Reads the body after the response header. */
  decode(payload: Buffer): Response;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface PartitionMetadata {
  readonly partition: number;
  /** Broker id of the leader, -1 when there is none now. */
  readonly leader: number;
}

export interface TopicMetadata {
  readonly topic: string;
  readonly partitions: readonly PartitionMetadata[];
}

export type CoordinatorType = 'group' | 'transaction';

/**
 * Connections to one cluster, shared by whatever runs in the process (one exception: a group member needs a client
 * of its own, since JoinGroup blocks its connection). The one place that holds kafkajs objects. All methods throw
 * KafkaError (or a subclass); `retriable` tells whether to try again.
 */
export interface KafkaClient {
  readonly clientId: string;
  readonly props: ClientProps;
  readonly logger: Logger;
  /** Resolves once some bootstrap server answered; throws BrokerUnavailableError naming the addresses that did not. */
  connect(): Promise<void>;
  close(): Promise<void>;
  clusterId(): Promise<string>;
  /** Cached metadata of topics (loaded when missing). Throws UnknownTopicError for one that is not there. */
  metadata(topics: readonly string[]): Promise<readonly TopicMetadata[]>;
  /** Forgets cached metadata of these topics (or all) and loads it again; called after NOT_LEADER and the like. */
  refreshMetadata(topics?: readonly string[]): Promise<void>;
  /** Names of all topics, for regex subscriptions. */
  listTopics(): Promise<readonly string[]>;
  /** The leader's broker id, from the cache when there. Throws LeaderNotAvailableError (retriable). */
  leader(topic: string, partition: number): Promise<number>;
  coordinator(type: CoordinatorType, key: string): Promise<number>;
  /** Forgets a cached coordinator; called after NOT_COORDINATOR. */
  forgetCoordinator(type: CoordinatorType, key: string): void;
  /** The id of some broker that is known now, for requests that any can answer. */
  anyBroker(): Promise<number>;
  send<Response>(nodeId: number, request: WireRequest<Response>): Promise<Response>;
  /** Closes the connections of a lane; requests under way on them fail. For lanes with one user, when that is done. */
  closeLane(lane: string): void;
  /** A further client with the same settings and connections of its own. */
  separate(clientId: string): KafkaClient;
}
