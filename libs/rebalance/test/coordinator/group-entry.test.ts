import { KafkaError, systemTime, type GroupDescription } from '@millrace/kafka';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { WorkerIdInUseError, WorkerReplacedError } from '../../src/index.ts';
import { GroupEntry, type GroupAdmin, type GroupEntryOptions } from '../../src/coordinator/group-entry.ts';

const SEAT = {
  memberId: 'worker-1-old',
  groupInstanceId: 'worker-1',
  clientId: 'worker-1',
  clientHost: '/10.0.0.7',
  metadata: Buffer.alloc(0),
  assignment: Buffer.alloc(0),
};

function group(...members: GroupDescription['members']): GroupDescription {
  return { groupId: 'workers', state: 'Stable', protocolType: 'connect', protocol: 'sessioned', members };
}

function entry(admin: Partial<GroupAdmin>, options: Partial<GroupEntryOptions> = {}): GroupEntry {
  return new GroupEntry({
    admin: {
      describeGroup: () => Promise.resolve(group(SEAT)),
      removeStaticMember: () => Promise.resolve(true),
      ...admin,
    },
    groupId: 'workers',
    workerId: 'worker-1',
    groupInstanceId: 'worker-1',
    sessionTimeoutMs: 20,
    heartbeatIntervalMs: 5,
    retryBackoffMs: 1,
    isReplaced: () => Promise.resolve(false),
    isPredecessorDead: () => Promise.resolve(true),
    time: systemTime,
    logger: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    ...options,
  });
}

describe('the seat of a worker that starts', () => {
  it('is freed of its dead predecessor, and of nobody else that may sit there by then', async () => {
    const removed: (string | undefined)[][] = [];
    await entry({
      removeStaticMember: (...of) => {
        removed.push(of);
        return Promise.resolve(true);
      },
    }).takeSeat();
    expect(removed).toEqual([['workers', 'worker-1', 'worker-1-old']]);
  });

  it('is not taken from a live worker that stays there', async () => {
    const refused = entry({}, { isPredecessorDead: () => Promise.resolve(false) }).takeSeat();
    await expect(refused).rejects.toBeInstanceOf(WorkerIdInUseError);
    await expect(refused).rejects.toThrow('The worker id worker-1 is in use by a live worker at /10.0.0.7');
  });

  it('is not taken from one whose state cannot be found out', async () => {
    const unknown = { isPredecessorDead: () => Promise.reject(new Error('The status topic cannot be read')) };
    await expect(entry({}, unknown).takeSeat()).rejects.toBeInstanceOf(WorkerIdInUseError);
  });

  it('is left to whoever has the id now', async () => {
    const replaced = { isReplaced: () => Promise.resolve(true) };
    await expect(entry({}, replaced).takeSeat()).rejects.toBeInstanceOf(WorkerReplacedError);
  });

  it('is waited for no longer when the worker is told to leave', async () => {
    const leaving = new AbortController();
    const waiting = entry(
      {},
      { isPredecessorDead: () => Promise.resolve(false), sessionTimeoutMs: 600_000, signal: leaving.signal },
    );
    const done = waiting.takeSeat();
    leaving.abort();
    await expect(done).resolves.toBeUndefined();
  });

  it('is looked at again while the coordinator cannot be reached', async () => {
    let failures = 3;
    const flaky = entry({
      describeGroup: () => {
        failures -= 1;
        return failures >= 0
          ? Promise.reject(new KafkaError('No coordinator', { retriable: true }))
          : Promise.resolve(group());
      },
    });
    await expect(flaky.takeSeat()).resolves.toBeUndefined();
    expect(failures).toBe(-1);
  });

  it('is not looked at again when the cluster does not let this client look', async () => {
    const denied = new KafkaError('GROUP_AUTHORIZATION_FAILED', { retriable: false });
    await expect(entry({ describeGroup: () => Promise.reject(denied) }).takeSeat()).rejects.toBe(denied);
  });
});

describe('the kind of a group', () => {
  it('is right when all members have an instance id, as workers of the JVM never do', async () => {
    await expect(entry({}).checkKind()).resolves.toBeUndefined();
    const jvm = { ...SEAT, memberId: 'connect-10.0.0.8:8083-uuid', groupInstanceId: null };
    await expect(
      entry({ describeGroup: () => Promise.resolve(group(SEAT, jvm)) }).checkKind(),
    ).rejects.toThrow(
      "Group workers has a worker that is not Millrace's: member connect-10.0.0.8:8083-uuid at /10.0.0.7",
    );
  });

  it('is not asked for by a dynamic member, which could not be told apart itself', async () => {
    const jvm = { ...SEAT, groupInstanceId: null };
    const dynamic = entry({ describeGroup: () => Promise.resolve(group(jvm)) }, { groupInstanceId: null });
    await expect(dynamic.checkKind()).resolves.toBeUndefined();
    await expect(dynamic.takeSeat()).resolves.toBeUndefined();
  });
});
