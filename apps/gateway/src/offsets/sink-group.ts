import { setTimeout as pause } from 'node:timers/promises';
import { toError } from '@millrace/connect-api';
import { KafkaError, type KafkaAdmin, type OffsetAndPartition } from '@millrace/kafka';
import { OperationFailedError } from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';
import type { SinkOffset } from './sink-offsets.ts';

const EMPTY_LIMIT_MS = 30_000;
const CHECK_MS = 50;
const WITHOUT_MEMBERS: readonly string[] = ['Empty', 'Dead'];

/** The consumer group of a sink connector: its own name, unless the connector overrides it. */
export function sinkGroupId(name: string, config: Props): string {
  return config['consumer.override.group.id'] ?? `connect-${name}`;
}

/** Offsets of sinks' consumer groups. */
export class SinkGroups {
  readonly #admin: KafkaAdmin;

  constructor(admin: KafkaAdmin) {
    this.#admin = admin;
  }

  offsets(groupId: string): Promise<readonly OffsetAndPartition[]> {
    return this.#admin.groupOffsets(groupId);
  }

  /** Sets offsets and removes those that are null. Throws OperationFailedError while the group has members. */
  async alter(connector: string, groupId: string, offsets: readonly SinkOffset[]): Promise<void> {
    const set = offsets.flatMap(({ offset, ...at }) => (offset === null ? [] : [{ ...at, offset }]));
    const removed = offsets.filter(({ offset }) => offset === null);
    await this.#whenEmpty(connector, groupId, async () => {
      if (set.length > 0) {
        await this.#admin.alterGroupOffsets(groupId, set);
      }
      if (removed.length > 0) {
        await this.#admin.deleteGroupOffsets(groupId, removed);
      }
    });
  }

  /** Removes the whole group; one that is not there is fine. Throws OperationFailedError while it has members. */
  async reset(connector: string, groupId: string): Promise<void> {
    await this.#whenEmpty(connector, groupId, () => this.#admin.deleteGroup(groupId));
  }

  async #whenEmpty(connector: string, groupId: string, change: () => Promise<void>): Promise<void> {
    const deadline = performance.now() + EMPTY_LIMIT_MS;
    while (!(await this.#isEmpty(groupId))) {
      if (performance.now() > deadline) {
        throw stillActive(connector, groupId);
      }
      await pause(CHECK_MS);
    }
    try {
      await change();
    } catch (error) {
      throw error instanceof KafkaError && error.retriable
        ? error
        : stillActive(connector, groupId, toError(error));
    }
  }

  async #isEmpty(groupId: string): Promise<boolean> {
    return WITHOUT_MEMBERS.includes((await this.#admin.describeGroup(groupId)).state);
  }
}

function stillActive(connector: string, groupId: string, cause?: Error): OperationFailedError {
  return new OperationFailedError(
    `Failed to alter consumer group offsets for connector ${connector} either because its tasks haven't stopped completely yet ` +
      `or because consumers of other programs are in its group ${groupId}${cause === undefined ? '' : ` (${cause.message})`}. Try ` +
      'again when the group has no members',
    { cause },
  );
}
