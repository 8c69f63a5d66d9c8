import { uniqueName, waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { createGroupMembership } from '../../src/group/create-group-membership.ts';
import type {
  GroupGeneration,
  GroupMembership,
  GroupProtocol,
  GroupProtocolHandler,
  JoinedMember,
} from '../../src/group/group-membership.ts';
import { atEnd, testAdmin, testClient } from '../cluster.ts';

interface ConnectOptions {
  readonly groupId: string;
  readonly name: string;
  readonly instanceId?: string;
  readonly protocolType?: string;
}

/** A member of type `connect` whose leader gives every member a text of its own. */
class ConnectMember implements GroupProtocolHandler {
  readonly membership: GroupMembership;
  readonly told: string[] = [];
  /** Of performance.now(). */
  lease = 0;
  readonly #name: string;

  constructor({ groupId, name, instanceId, protocolType }: ConnectOptions) {
    this.#name = name;
    this.membership = createGroupMembership({
      client: testClient(),
      groupId,
      protocolType: protocolType ?? 'connect',
      groupInstanceId: instanceId ?? null,
      sessionTimeoutMs: 6_000,
      rebalanceTimeoutMs: 10_000,
      heartbeatIntervalMs: 100,
      retryBackoffMs: 50,
      handler: this,
    });
    this.membership.start();
    atEnd(() => this.membership.leave('the test is over'));
  }

  protocols(): readonly GroupProtocol[] {
    return [{ name: 'sessioned', metadata: Buffer.from(this.#name) }];
  }

  onJoinPrepare(previous: GroupGeneration | null): Promise<void> {
    this.told.push(`prepare ${previous === null ? 'first' : 'again'}`);
    return Promise.resolve();
  }

  assign(_round: GroupGeneration, members: readonly JoinedMember[]): Promise<ReadonlyMap<string, Buffer>> {
    const names = members.map(({ metadata }) => metadata.toString()).sort();
    return Promise.resolve(
      new Map(
        members.map(({ memberId, metadata }) => [
          memberId,
          Buffer.from(`${metadata.toString()} of ${names.join('+')}`),
        ]),
      ),
    );
  }

  onJoinComplete(_round: GroupGeneration, assignment: Buffer): Promise<void> {
    this.told.push(assignment.toString());
    return Promise.resolve();
  }

  onLost(reason: string): Promise<void> {
    this.told.push(`lost: ${reason}`);
    // Otherwise it would come back, and take the seat from whoever has it by then.
    void this.membership.leave(reason);
    return Promise.resolve();
  }

  onLease(deadline: number): void {
    this.lease = deadline;
  }

  async waitUntilTold(last: string): Promise<void> {
    await waitFor(`"${last}"`, () => this.told.at(-1) === last, { seen: () => this.told });
  }
}

describe('a group of type connect', () => {
  it('gives its members what its leader decides, again when one comes or goes', async () => {
    const groupId = uniqueName('connect');
    const a = new ConnectMember({ groupId, name: 'a' });
    await a.waitUntilTold('a of a');
    const b = new ConnectMember({ groupId, name: 'b' });
    await b.waitUntilTold('b of a+b');
    await a.waitUntilTold('a of a+b');
    expect(a.membership.generation?.leaderId).toBe(b.membership.generation?.leaderId);
    const group = await testAdmin(testClient()).describeGroup(groupId);
    expect(group).toMatchObject({ protocolType: 'connect', protocol: 'sessioned' });

    await b.membership.leave('test');
    await b.membership.finished;
    expect(b.membership.generation).toBeNull();
    await a.waitUntilTold('a of a');
    expect(a.told).toEqual([
      'prepare first',
      'a of a',
      'prepare again',
      'a of a+b',
      'prepare again',
      'a of a',
    ]);
  });

  it('holds another round when a member asks for it', async () => {
    const a = new ConnectMember({ groupId: uniqueName('connect'), name: 'a' });
    await a.waitUntilTold('a of a');
    const { generationId } = a.membership.generation ?? { generationId: -1 };
    a.membership.requestRejoin('test');
    await waitFor('another generation', () => (a.membership.generation?.generationId ?? -1) > generationId);
  });

  it('renews the lease of its members with every heartbeat', async () => {
    const a = new ConnectMember({ groupId: uniqueName('connect'), name: 'a' });
    await a.waitUntilTold('a of a');
    const { lease } = a;
    expect(lease).toBeGreaterThan(performance.now() + 4_000);
    await waitFor('a later deadline', () => a.lease > lease);
  });

  it('does not mix with another type', async () => {
    const groupId = uniqueName('connect');
    const a = new ConnectMember({ groupId, name: 'a' });
    await a.waitUntilTold('a of a');
    const b = new ConnectMember({ groupId, name: 'b', protocolType: 'consumer' });
    await expect(b.membership.finished).rejects.toThrow(/INCONSISTENT_GROUP_PROTOCOL/);
  });
});

describe('a static member', () => {
  it('takes the seat of its predecessor without a round, and fences it', async () => {
    const groupId = uniqueName('connect');
    const former = new ConnectMember({ groupId, name: 'former', instanceId: 'w1' });
    await former.waitUntilTold('former of former');
    const generationId = former.membership.generation?.generationId;
    const next = new ConnectMember({ groupId, name: 'next', instanceId: 'w1' });
    // The seat comes with the last assignment.
    await next.waitUntilTold('former of former');
    expect(next.membership.generation?.generationId).toBe(generationId);
    await former.waitUntilTold('lost: fenced');
    await former.membership.finished;
    expect(next.told).toEqual(['prepare first', 'former of former']);
  });

  it('has a round of its own when its predecessor was removed first', async () => {
    const groupId = uniqueName('connect');
    const former = new ConnectMember({ groupId, name: 'former', instanceId: 'w1' });
    await former.waitUntilTold('former of former');
    await testAdmin(testClient()).removeStaticMember(groupId, 'w1');
    const next = new ConnectMember({ groupId, name: 'next', instanceId: 'w1' });
    await next.waitUntilTold('next of next');
    await waitFor('the end of the predecessor', () => former.told.some((told) => told.startsWith('lost')), {
      seen: () => former.told,
    });
  });

  it('leaves no seat behind', async () => {
    const groupId = uniqueName('connect');
    const a = new ConnectMember({ groupId, name: 'a', instanceId: 'w1' });
    await a.waitUntilTold('a of a');
    await a.membership.leave('test');
    expect((await testAdmin(testClient()).describeGroup(groupId)).members).toEqual([]);
  });
});
