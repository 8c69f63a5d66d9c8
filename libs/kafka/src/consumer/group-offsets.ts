import { ErrorCode, errorFor } from '../client/error-codes.ts';
import type { KafkaClient, TopicPartition, WireRequest } from '../client/kafka-client.ts';
import { CommitFailedError, KafkaError } from '../errors.ts';
import type { GroupGeneration } from '../group/group-membership.ts';
import type { OffsetAndPartition } from './consumer.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import { offsetCommitRequest } from './offset-commit-request.ts';
import { offsetFetchRequest } from './offset-fetch-request.ts';
import { isRetriable } from './offset-lookup.ts';
import { untilItPasses } from './until-it-passes.ts';

export interface GroupOffsetsOptions {
  readonly client: KafkaClient;
  readonly settings: Pick<ConsumerSettings, 'apiTimeoutMs' | 'retryBackoffMs'>;
  readonly groupId: string;
  readonly groupInstanceId: string | null;
  /** Called before each commit is written; throws to forbid it. */
  readonly gate: () => void;
  /** The round the member is in; null when it is in none. */
  readonly generation: () => GroupGeneration | null;
  /** True while a round that the member takes part in is not complete: its generation is about to change. */
  readonly rebalancing: () => boolean;
}

/** Answers to a commit that mean: not by this member, or not in this generation. */
const NOT_OURS: ReadonlySet<number | undefined> = new Set([
  ErrorCode.ILLEGAL_GENERATION,
  ErrorCode.UNKNOWN_MEMBER_ID,
  ErrorCode.REBALANCE_IN_PROGRESS,
  ErrorCode.FENCED_INSTANCE_ID,
]);

const MOVED: ReadonlySet<number | undefined> = new Set([
  ErrorCode.NOT_COORDINATOR,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
]);

/** The committed offsets of a group, written as a member of it and read; over moves of the coordinator. */
export class GroupOffsets {
  readonly #options: GroupOffsetsOptions;

  constructor(options: GroupOffsetsOptions) {
    this.#options = options;
  }

  /** Commits for the member's generation; see `GroupConsumer.commit`. */
  async commit(offsets: readonly OffsetAndPartition[]): Promise<void> {
    const { groupId, groupInstanceId, gate, generation, rebalancing } = this.#options;
    if (offsets.length === 0) {
      return;
    }
    await this.#untilItPasses(async () => {
      const round = generation();
      if (round === null) {
        throw commitFailed(groupId, undefined);
      }
      const { generationId, memberId } = round;
      const request = offsetCommitRequest({ groupId, groupInstanceId, generationId, memberId, offsets });
      const answers = await this.#send({ ...request, beforeWrite: gate });
      for (const { topic, partition, errorCode } of answers) {
        if (!NOT_OURS.has(errorCode)) {
          this.#require(errorCode, `Commit of ${topic}-${partition} in group ${groupId}`);
          continue;
        }
        // A member that keeps its place through a rebalance commits in the next generation.
        const passes = rebalancing() || generation()?.generationId !== generationId;
        throw errorCode !== ErrorCode.FENCED_INSTANCE_ID && passes && generation() !== null
          ? new KafkaError(`Group ${groupId} rebalances`, { retriable: true, brokerCode: errorCode })
          : commitFailed(groupId, errorCode);
      }
    });
  }

  /** Those of the partitions that have a committed offset. */
  async fetch(partitions: readonly TopicPartition[]): Promise<readonly OffsetAndPartition[]> {
    return this.#untilItPasses(() => this.fetchOnce(partitions));
  }

  /** As `fetch`, but throws the first error, also one that may pass. */
  async fetchOnce(partitions: readonly TopicPartition[]): Promise<readonly OffsetAndPartition[]> {
    const { groupId } = this.#options;
    if (partitions.length === 0) {
      return [];
    }
    const { errorCode, offsets } = await this.#send(offsetFetchRequest(groupId, partitions));
    this.#require(errorCode, `Committed offsets of group ${groupId}`);
    return offsets.flatMap((answer) => {
      const { topic, partition, offset } = answer;
      this.#require(answer.errorCode, `Committed offset of ${topic}-${partition} in group ${groupId}`);
      return offset < 0 ? [] : [{ topic, partition, offset }];
    });
  }

  async #send<R>(request: WireRequest<R>): Promise<R> {
    const { client, groupId } = this.#options;
    const coordinator = await client.coordinator('group', groupId);
    try {
      return await client.send(coordinator, request);
    } catch (error) {
      if (isRetriable(error)) {
        client.forgetCoordinator('group', groupId);
      }
      throw error;
    }
  }

  #require(errorCode: number, context: string): void {
    if (errorCode === ErrorCode.NONE) {
      return;
    }
    if (MOVED.has(errorCode)) {
      this.#options.client.forgetCoordinator('group', this.#options.groupId);
    }
    throw errorFor(errorCode, context);
  }

  #untilItPasses<T>(call: () => Promise<T>): Promise<T> {
    const { apiTimeoutMs, retryBackoffMs } = this.#options.settings;
    const deadline = performance.now() + apiTimeoutMs;
    return untilItPasses(call, { backoffMs: retryBackoffMs, enough: () => performance.now() >= deadline });
  }
}

function commitFailed(groupId: string, brokerCode: number | undefined): CommitFailedError {
  return new CommitFailedError(
    `Offsets cannot be committed: the group ${groupId} has rebalanced, or gave this member's place away; ` +
      'whoever owns the partitions now reads on from the last committed offsets',
    { retriable: false, brokerCode },
  );
}
