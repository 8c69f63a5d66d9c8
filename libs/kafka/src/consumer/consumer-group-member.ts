import type { Logger } from 'pino';
import type { KafkaClient, TopicPartition } from '../client/kafka-client.ts';
import { describePartitions, without } from '../client/topic-partitions.ts';
import { FencedInstanceIdError } from '../errors.ts';
import { createGroupMembership } from '../group/create-group-membership.ts';
import type {
  GroupGeneration,
  GroupMembership,
  GroupProtocol,
  GroupProtocolHandler,
  JoinedMember,
  LostReason,
} from '../group/group-membership.ts';
import type { Assignor } from './assignor.ts';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  NO_GENERATION,
} from './consumer-protocol.ts';
import type { AssignorName, ConsumerSettings } from './consumer-settings.ts';
import type { RebalanceListener } from './consumer.ts';
import { cooperativeStickyAssignor } from './cooperative-sticky-assignor.ts';
import { GroupSubscription, type SubscribedTo } from './group-subscription.ts';
import { loadPartitionCounts } from './partition-counts.ts';
import type { PartitionConsumer } from './partition-consumer.ts';
import { PollTasks } from './poll-tasks.ts';
import { rangeAssignor } from './range-assignor.ts';
import { untilItPasses } from './until-it-passes.ts';

export interface ConsumerGroupMemberOptions {
  readonly client: KafkaClient;
  readonly groupId: string;
  readonly groupInstanceId: string | null;
  readonly settings: ConsumerSettings;
  readonly logger: Logger;
  readonly subscribedTo: SubscribedTo;
  readonly listener: RebalanceListener;
  /** Reads what is assigned; its assignment is what this member owns. */
  readonly partitions: PartitionConsumer;
}

const ASSIGNORS: Readonly<Record<AssignorName, Assignor>> = {
  range: rangeAssignor,
  'cooperative-sticky': cooperativeStickyAssignor,
};

/**
 * One stay in a group of protocol type `consumer`, from joining to leaving. Rounds go on in the background; what they
 * take and give is taken and given inside `poll`, through `runTasks`.
 */
export class ConsumerGroupMember implements GroupProtocolHandler {
  readonly #options: ConsumerGroupMemberOptions;
  readonly #assignors: readonly Assignor[];
  /** As in Java: partitions are kept through a rebalance only if every assignor offered allows it (KIP-429). */
  readonly #cooperative: boolean;
  readonly #tasks: PollTasks;
  readonly #subscription: GroupSubscription;
  readonly #membership: GroupMembership;
  /** The generation in which what is owned was assigned. */
  #ownedSince = NO_GENERATION;
  #rebalancing = false;
  #left = false;
  #failure: Error | null = null;

  constructor(options: ConsumerGroupMemberOptions) {
    const { client, groupId, groupInstanceId, settings, logger, subscribedTo, partitions } = options;
    this.#options = options;
    this.#assignors = settings.assignors.map((name) => ASSIGNORS[name]);
    this.#cooperative = this.#assignors.every(({ cooperative }) => cooperative);
    this.#tasks = new PollTasks(() => {
      partitions.nudge();
    });
    this.#subscription = new GroupSubscription(subscribedTo, {
      client,
      settings,
      logger,
      onChange: () => {
        this.#membership.requestRejoin('topics or partitions of the subscription came or went');
      },
    });
    this.#membership = createGroupMembership({
      client,
      closesClient: false,
      groupId,
      protocolType: 'consumer',
      groupInstanceId,
      sessionTimeoutMs: settings.sessionTimeoutMs,
      rebalanceTimeoutMs: settings.maxPollIntervalMs,
      heartbeatIntervalMs: settings.heartbeatIntervalMs,
      retryBackoffMs: settings.retryBackoffMs,
      handler: this,
    });
    this.#membership.finished.catch((error: unknown) => {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
      partitions.nudge();
    });
    this.#membership.start();
  }

  /** Null while the member belongs to no round, and as soon as it is known that it was put out. */
  get generation(): GroupGeneration | null {
    return this.#left || this.#failure !== null ? null : this.#membership.generation;
  }

  /** True while a round is under way whose generation is not known yet. */
  get rebalancing(): boolean {
    return this.#rebalancing;
  }

  get pending(): boolean {
    return this.#tasks.pending || this.#failure !== null;
  }

  /** What ended the membership for good. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Called from `poll` only. Throws what callbacks threw, and the error that ended the membership for good. */
  async runTasks(): Promise<void> {
    await this.#tasks.runAll();
    if (this.#failure !== null) {
      await this.#lose();
      throw this.#failure;
    }
  }

  /** Leaves at once, without callbacks; what is owned is no longer. */
  abandon(reason: string): Promise<void> {
    this.#left = true;
    this.#subscription.stop();
    const left = this.#membership.leave(reason);
    this.#tasks.close();
    return left;
  }

  /** Called from `poll` only, after `abandon`: tells the listener. */
  async giveUp(): Promise<void> {
    await this.#lose();
  }

  /** Gives up what is owned, with callbacks, and leaves. Called from `close` only; throws what the callback threw. */
  async leave(): Promise<void> {
    try {
      if (this.generation === null) {
        await this.#lose();
      } else {
        await this.#revoke(this.#owned());
      }
    } finally {
      await this.abandon('the consumer is closed');
    }
  }

  async protocols(): Promise<readonly GroupProtocol[]> {
    await this.#untilItPasses(() => this.#subscription.load());
    const owned = this.#cooperative ? this.#owned() : [];
    const generationId = this.#ownedSince;
    return this.#assignors.map((assignor) => ({
      name: assignor.name,
      metadata: encodeSubscription({
        topics: this.#subscription.topics,
        userData: assignor.userData(generationId),
        owned,
        generationId,
        rackId: null,
      }),
    }));
  }

  async onJoinPrepare(): Promise<void> {
    const owned = this.#owned();
    const topics = new Set(this.#subscription.topics);
    const given = this.#cooperative ? owned.filter(({ topic }) => !topics.has(topic)) : owned;
    if (given.length > 0) {
      await this.#tasks.post(() => this.#revoke(given));
    }
    this.#rebalancing = true;
  }

  async assign(
    round: GroupGeneration,
    members: readonly JoinedMember[],
  ): Promise<ReadonlyMap<string, Buffer>> {
    const assignor = this.#assignors.find(({ name }) => name === round.protocol) ?? rangeAssignor;
    const subscribed = members.map(({ memberId, groupInstanceId, metadata }) => {
      const { topics, owned, generationId } = decodeSubscription(metadata);
      return { memberId, groupInstanceId, topics, owned, generationId };
    });
    const topics = [...new Set(subscribed.flatMap((member) => member.topics))];
    const counts = await this.#untilItPasses(() => loadPartitionCounts(this.#options.client, topics));
    const assignments = assignor.assign(subscribed, counts);
    return new Map(
      [...assignments].map(([memberId, partitions]) => [memberId, encodeAssignment(partitions)]),
    );
  }

  async onJoinComplete(round: GroupGeneration, assignment: Buffer): Promise<void> {
    this.#rebalancing = false;
    const assigned = decodeAssignment(assignment);
    await this.#tasks.post(() => this.#adopt(round, assigned));
  }

  async onLost(reason: LostReason, error: Error | null): Promise<void> {
    const { groupId, groupInstanceId, logger } = this.#options;
    this.#rebalancing = false;
    if (reason === 'fenced') {
      // To join again would throw out the member that has the seat now.
      this.#failure = new FencedInstanceIdError(
        `Another consumer with group.instance.id=${groupInstanceId ?? ''} has joined group ${groupId}`,
        { retriable: false, cause: error },
      );
      void this.abandon('fenced');
      this.#options.partitions.nudge();
      return;
    }
    logger.warn(
      { group: groupId, reason, err: error },
      'The place in the consumer group is lost; joining again',
    );
    await this.#tasks.post(() => this.#lose());
  }

  async #adopt(round: GroupGeneration, assigned: readonly TopicPartition[]): Promise<void> {
    const { listener, partitions, logger, groupId } = this.#options;
    const owned = this.#owned();
    const revoked = without(owned, assigned);
    const added = without(assigned, owned);
    logger.info(
      { group: groupId, generation: round.generationId, assigned: describePartitions(assigned) },
      'The consumer group has assigned partitions',
    );
    const rejoinFor = this.#reasonToRejoin(round, { assigned, revoked });
    try {
      await this.#revoke(revoked);
    } finally {
      partitions.assign(assigned, 'committed');
      this.#ownedSince = round.generationId;
      if (rejoinFor !== null) {
        this.#membership.requestRejoin(rejoinFor);
      }
      if (added.length > 0) {
        await listener.onAssigned(added);
      }
    }
  }

  #reasonToRejoin(
    { leaderId, memberId }: GroupGeneration,
    { assigned, revoked }: Readonly<Record<'assigned' | 'revoked', readonly TopicPartition[]>>,
  ): string | null {
    if (revoked.length > 0) {
      return 'partitions were given up for others';
    }
    const given = new Set(assigned.map(({ topic }) => topic));
    const { topics, existing } = this.#subscription;
    // Who takes over a seat gets what its predecessor had, for whatever that was subscribed to.
    const tookOver =
      this.#ownedSince === NO_GENERATION && this.#options.groupInstanceId !== null && leaderId !== memberId;
    const foreign = [...given].some((topic) => !topics.includes(topic));
    return foreign || (tookOver && existing.some((topic) => !given.has(topic)))
      ? 'the assignment may be for another subscription'
      : null;
  }

  /** Gives partitions back in good order: the listener may still commit. */
  async #revoke(given: readonly TopicPartition[]): Promise<void> {
    if (given.length === 0) {
      return;
    }
    const { listener, partitions } = this.#options;
    try {
      await listener.onRevoked(given);
    } finally {
      partitions.assign(without(this.#owned(), given), 'committed');
    }
  }

  async #lose(): Promise<void> {
    const owned = this.#owned();
    this.#ownedSince = NO_GENERATION;
    if (owned.length === 0) {
      return;
    }
    const { listener, partitions } = this.#options;
    try {
      await listener.onLost(owned);
    } finally {
      partitions.assign([], 'committed');
    }
  }

  #owned(): readonly TopicPartition[] {
    return this.#options.partitions.assignment();
  }

  /** Until then the group can wait; leaving it ends the wait. */
  #untilItPasses<T>(call: () => Promise<T>): Promise<T> {
    const { retryBackoffMs } = this.#options.settings;
    return untilItPasses(call, { backoffMs: retryBackoffMs, enough: () => this.#left });
  }
}
