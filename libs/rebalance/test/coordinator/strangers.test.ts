import { ConfigError } from '@millrace/connect-api';
import {
  createGroupMembership,
  createKafkaClient,
  type GroupMembership,
  type GroupProtocol,
  type JoinedMember,
} from '@millrace/kafka';
import { waitFor } from '@millrace/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  decodeAssignmentV1,
  encodeAssignmentV1,
  ForeignMemberError,
  joinProtocols,
  NOTHING,
  type ConnectorsAndTasks,
} from '../../src/index.ts';
import { TestCluster } from './test-cluster.ts';

const METADATA = { url: 'http://jvm:8083/', configOffset: 0, allocation: null };

interface Stranger {
  readonly instanceId?: string;
  readonly protocolType?: string;
  readonly protocols?: readonly GroupProtocol[];
  /** As the leader: what it gives every member. */
  readonly gives?: (member: JoinedMember) => Buffer;
}

describe('in a group with members of another kind', () => {
  let cluster: TestCluster;
  let strangers: GroupMembership[];

  beforeEach(() => {
    cluster = new TestCluster();
    strangers = [];
  });

  afterEach(async () => {
    await Promise.all(strangers.map((stranger) => stranger.leave('the test is over')));
    await cluster.close();
  });

  /** A member that is no Millrace worker; resolves when it is in. The assignments that it got. */
  async function joins(how: Stranger): Promise<readonly Buffer[]> {
    const assignments: Buffer[] = [];
    const stranger = createGroupMembership({
      client: createKafkaClient(cluster.clientProps, {
        logger: pino({ level: 'silent' }),
        clientId: 'stranger',
      }),
      groupId: cluster.groupId,
      protocolType: how.protocolType ?? 'connect',
      groupInstanceId: how.instanceId ?? null,
      sessionTimeoutMs: 6_000,
      rebalanceTimeoutMs: 10_000,
      heartbeatIntervalMs: 100,
      retryBackoffMs: 50,
      handler: {
        protocols: () => how.protocols ?? joinProtocols('sessioned', METADATA),
        onJoinPrepare: () => Promise.resolve(),
        assign: (_round, members) =>
          Promise.resolve(
            new Map(members.map((member) => [member.memberId, how.gives?.(member) ?? Buffer.alloc(0)])),
          ),
        onJoinComplete: (_round, assignment) => {
          assignments.push(assignment);
          return Promise.resolve();
        },
        onLost: () => Promise.resolve(),
      },
    });
    strangers.push(stranger);
    stranger.start();
    await waitFor('the stranger to be a member', () => stranger.generation);
    return assignments;
  }

  it('a worker refuses to start beside one of the JVM, and leaves the group alone', async () => {
    await joins({});
    const worker = await cluster.start('worker-1');
    await expect(worker.coordinator.finished).rejects.toBeInstanceOf(ForeignMemberError);
    await expect(worker.coordinator.finished).rejects.toThrow(
      `Group ${cluster.groupId} has a worker that is not Millrace's: member stranger-`,
    );
    expect((await cluster.describe()).members).toHaveLength(1);
  });

  it('a worker refuses to join a group of consumers', async () => {
    await joins({ protocolType: 'consumer', protocols: [{ name: 'range', metadata: Buffer.alloc(4) }] });
    const worker = await cluster.start('worker-1');
    await expect(worker.coordinator.finished).rejects.toThrow(
      `Group ${cluster.groupId} is in use by members of protocol type consumer; a cluster of workers needs a group.id of its own`,
    );
  });

  it('a worker refuses a group whose members speak nothing but the eager protocol', async () => {
    await joins({ instanceId: 'eager-worker', protocols: joinProtocols('eager', METADATA) });
    const worker = await cluster.start('worker-1');
    await expect(worker.coordinator.finished).rejects.toBeInstanceOf(ForeignMemberError);
    await expect(worker.coordinator.finished).rejects.toThrow('connect.protocol=eager');
  });

  it('a worker of the JVM that joins later is given nothing, and takes nothing from anybody', async () => {
    await cluster.addConnector('a', 2);
    const worker = await cluster.start('worker-1');
    await cluster.balanced([worker], 1, 2);
    const assignments = await joins({});
    await waitFor('its assignment', () => assignments.length > 0);
    expect(decodeAssignmentV1(assignments[0] ?? Buffer.alloc(0)).assigned).toEqual(NOTHING);
    await cluster.addConnector('b', 2);
    await cluster.balanced([worker], 2, 4);
    expect(worker.told.filter((line) => line.startsWith('revoked'))).toEqual([]);
  });

  it('a member whose metadata is garbage is given nothing, and the others go on', async () => {
    await cluster.addConnector('a', 2);
    const worker = await cluster.start('worker-1');
    await cluster.balanced([worker], 1, 2);
    const protocols = [{ name: 'sessioned', metadata: Buffer.from('garbage') }];
    const assignments = await joins({ instanceId: 'mumbler', protocols });
    await waitFor('its assignment', () => assignments.length > 0);
    await cluster.addConnector('b', 2);
    await cluster.balanced([worker], 2, 4);
  });

  it.each([
    ['garbage', () => Buffer.from('garbage')],
    ['nothing at all', () => Buffer.alloc(0)],
    ['an assignment of a negative version', () => Buffer.from('ffff0000', 'hex')],
    ['an assignment that is cut short', () => assignment({ connectors: ['a'], tasks: [] }).subarray(0, 20)],
    [
      'connectors that the config topic does not have',
      () => assignment({ connectors: ['ghost'], tasks: [] }),
    ],
    [
      'tasks that the config topic does not have',
      () => assignment({ connectors: ['a'], tasks: [{ connector: 'a', task: 77 }] }),
    ],
  ])(
    'a worker that is given %s asks again and again, and works when it is given what it can use',
    async (_what, gives) => {
      await cluster.addConnector('a', 2);
      await joins({ instanceId: 'liar', gives });
      const worker = await cluster.start('worker-1');
      await waitFor('several rounds', () => worker.coordinator.state().generation > 4);
      expect(worker.units.filter((unit) => unit !== 'a')).toEqual([]);
      await strangers[0]?.leave('it has lied enough');
      await cluster.balanced([worker], 1, 2);
    },
  );

  function assignment(assigned: ConnectorsAndTasks): Buffer {
    return encodeAssignmentV1({
      version: 2,
      error: 0,
      leader: 'liar',
      leaderUrl: 'http://liar/',
      configOffset: 0,
      assigned,
      revoked: NOTHING,
      delayMs: 0,
    });
  }
});

describe('the eager protocol', () => {
  it('is refused where it is asked for', async () => {
    const cluster = new TestCluster();
    await expect(cluster.prepare('worker-1', { connectProtocol: 'eager' })).rejects.toThrow(ConfigError);
    await cluster.close();
  });
});
