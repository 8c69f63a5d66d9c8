import { ErrorCode, errorFor, throwIfError } from '../client/error-codes.ts';
import { intOf, timerOf } from '../client/setting-values.ts';
import type { KafkaClient, TopicPartition, WireRequest } from '../client/kafka-client.ts';
import { metadataRequest } from '../client/metadata-request.ts';
import type { OffsetAndPartition } from '../consumer/consumer.ts';
import { lookUpOffsets } from '../consumer/offset-lookup.ts';
import { KafkaError } from '../errors.ts';
import { leaveGroupRequest } from '../group/group-requests.ts';
import type { GroupDescription, KafkaAdmin, NewTopic, TopicDescription } from './admin.ts';
import {
  allGroupOffsetsRequest,
  alterGroupOffsetsRequest,
  deleteGroupOffsetsRequest,
  deleteGroupRequest,
  describeGroupRequest,
} from './group-requests.ts';
import {
  alterTopicConfigsRequest,
  createTopicRequest,
  deleteTopicsRequest,
  describeTopicConfigsRequest,
} from './topic-requests.ts';

/** What a broker says of a member that is not there, or not the one that is meant. */
const ABSENT_MEMBER: ReadonlySet<number> = new Set([
  ErrorCode.UNKNOWN_MEMBER_ID,
  ErrorCode.FENCED_INSTANCE_ID,
  ErrorCode.GROUP_ID_NOT_FOUND,
]);

/** The admin calls of the framework over a client's connections. */
export function createAdmin(client: KafkaClient): KafkaAdmin {
  return new WireAdmin(client);
}

/** A broker that takes longer to learn of a change is not waited for. */
const SPREAD_LIMIT_MS = 2_000;

const LOG_END = { spec: 'latest', isolationLevel: 'read_uncommitted' } as const;

class WireAdmin implements KafkaAdmin {
  readonly #client: KafkaClient;
  readonly #limitMs: number;
  readonly #backoffMs: number;

  constructor(client: KafkaClient) {
    this.#client = client;
    this.#limitMs = intOf(client.props, 'default.api.timeout.ms', 60_000);
    this.#backoffMs = timerOf(client.props, 'retry.backoff.ms', 100);
  }

  async createTopic(topic: NewTopic): Promise<boolean> {
    return this.#retrying(`Creating topic ${topic.topic}`, async () => {
      const controller = await this.#controller();
      const result = await this.#client.send(controller, createTopicRequest(topic, this.#limitMs));
      if (result.error === ErrorCode.TOPIC_ALREADY_EXISTS) {
        return false;
      }
      throwIfError(
        result.error,
        `Creating topic ${topic.topic}${result.message === null ? '' : ` (${result.message})`}`,
      );
      await this.#untilLed(topic.topic);
      return true;
    });
  }

  async describeTopics(topics: readonly string[]): Promise<readonly TopicDescription[]> {
    const response = await this.#retrying('Describing topics', async () =>
      this.#client.send(await this.#client.anyBroker(), metadataRequest(topics, false)),
    );
    return response.topics.flatMap(({ topic, error, partitions }) => {
      if (error === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
        return [];
      }
      throwIfError(error, `Describing topic ${topic}`);
      return [{ topic, partitions: partitions.length }];
    });
  }

  async topicConfigs(topic: string): Promise<ReadonlyMap<string, string> | null> {
    return this.#retrying(`Describing the configuration of topic ${topic}`, async () => {
      const result = await this.#client.send(
        await this.#client.anyBroker(),
        describeTopicConfigsRequest(topic),
      );
      if (result.error === ErrorCode.TOPIC_AUTHORIZATION_FAILED) {
        return null;
      }
      throwIfError(result.error, `Describing the configuration of topic ${topic}`);
      return result.configs;
    });
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    await this.#retrying('Deleting topics', async () => {
      const results = await this.#client.send(
        await this.#controller(),
        deleteTopicsRequest(topics, this.#limitMs),
      );
      for (const { topic, error } of results) {
        if (error !== ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
          throwIfError(error, `Deleting topic ${topic}`);
        }
      }
    });
  }

  async describeGroup(groupId: string): Promise<GroupDescription> {
    return this.#atCoordinator(groupId, describeGroupRequest(groupId), (group) => [group.error]);
  }

  async groupOffsets(groupId: string): Promise<readonly OffsetAndPartition[]> {
    const { offsets } = await this.#atCoordinator(groupId, allGroupOffsetsRequest(groupId), ({ error }) => [
      error,
    ]);
    return offsets;
  }

  async alterGroupOffsets(groupId: string, offsets: readonly OffsetAndPartition[]): Promise<void> {
    await this.#atCoordinator(groupId, alterGroupOffsetsRequest(groupId, offsets), (errors) => errors);
  }

  async deleteGroupOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void> {
    await this.#atCoordinator(groupId, deleteGroupOffsetsRequest(groupId, partitions), (errors) => errors);
  }

  async deleteGroup(groupId: string): Promise<void> {
    await this.#atCoordinator(groupId, deleteGroupRequest(groupId), (error) =>
      error === ErrorCode.GROUP_ID_NOT_FOUND ? [] : [error],
    );
  }

  async removeStaticMember(groupId: string, groupInstanceId: string, memberId = ''): Promise<boolean> {
    const member = { memberId, groupInstanceId };
    let removed = true;
    await this.#atCoordinator(groupId, leaveGroupRequest(groupId, [member]), (errors) =>
      errors.filter((error) => {
        const absent = ABSENT_MEMBER.has(error);
        removed = removed && !absent;
        return !absent;
      }),
    );
    return removed;
  }

  async incrementalAlterTopicConfigs(topic: string, set: Readonly<Record<string, string>>): Promise<void> {
    await this.#retrying(`Altering the configuration of topic ${topic}`, async () => {
      const error = await this.#client.send(await this.#controller(), alterTopicConfigsRequest(topic, set));
      throwIfError(error, `Altering the configuration of topic ${topic}`);
    });
    await this.#untilConfigured(topic, set);
  }

  /** The controller answers before the brokers know; who asks one of them next is to find what was set. */
  async #untilConfigured(topic: string, set: Readonly<Record<string, string>>): Promise<void> {
    const deadline = performance.now() + SPREAD_LIMIT_MS;
    const stale = async (): Promise<boolean> => {
      const configs = await this.topicConfigs(topic);
      return configs !== null && Object.entries(set).some(([key, value]) => configs.get(key) !== value);
    };
    while (performance.now() < deadline && (await stale())) {
      await new Promise((resolve) => setTimeout(resolve, this.#backoffMs));
    }
  }

  /** A new topic is there for others only when its partitions have leaders, and these know that they are. */
  async #untilLed(topic: string): Promise<void> {
    await this.#retrying(`Waiting for the leaders of topic ${topic}`, async () => {
      await this.#client.refreshMetadata([topic]);
      const [metadata] = await this.#client.metadata([topic]);
      const partitions = (metadata?.partitions ?? []).map(({ partition }) => ({ topic, partition }));
      const { failed } = await lookUpOffsets(this.#client, partitions, LOG_END);
      if (failed[0] !== undefined) {
        throw failed[0].error;
      }
    });
  }

  async #atCoordinator<R>(
    groupId: string,
    request: WireRequest<R>,
    errorsOf: (answer: R) => readonly number[],
  ): Promise<R> {
    const context = `${request.apiName} for group ${groupId}`;
    return this.#retrying(context, async () => {
      const node = await this.#client.coordinator('group', groupId);
      const answer = await this.#client.send(node, request);
      for (const code of errorsOf(answer)) {
        if (code === ErrorCode.NOT_COORDINATOR || code === ErrorCode.COORDINATOR_NOT_AVAILABLE) {
          this.#client.forgetCoordinator('group', groupId);
        }
        throwIfError(code, context);
      }
      return answer;
    });
  }

  async #controller(): Promise<number> {
    const response = await this.#client.send(await this.#client.anyBroker(), metadataRequest([], false));
    return response.controllerId;
  }

  async #retrying<T>(context: string, call: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#limitMs;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof KafkaError) || !error.retriable || performance.now() > deadline) {
          throw error instanceof KafkaError ? error : errorFor(-1, `${context}: ${String(error)}`);
        }
        await new Promise((resolve) => setTimeout(resolve, this.#backoffMs));
      }
    }
  }
}
