import type { WorkerConfig } from '@millrace/config';
import { waitFor } from '@millrace/testing';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { HostHandle } from '../../src/host/host-handle.ts';
import { HostPool } from '../../src/host/host-pool.ts';
import { FakeLink } from './fake-link.ts';

const TASK = { task: true, suspect: false };
const CONNECTOR = { task: false, suspect: false };
const SUSPECT = { task: true, suspect: true };

describe('A pool of task hosts', () => {
  let links: FakeLink[];
  let retired: HostHandle[];
  let pool: HostPool;

  beforeEach(() => {
    links = [];
    retired = [];
    pool = new HostPool({
      factory: () => {
        const link = new FakeLink(`host ${links.length}`);
        links.push(link);
        return link;
      },
      init: { type: 'init', config: {} as WorkerConfig },
      size: 2,
      unresponsiveMs: 10_000,
      retireLimitMs: 50,
      logger: pino({ level: 'silent' }),
      listener: {
        onEvent: () => undefined,
        onMetrics: () => undefined,
        onExit: () => undefined,
        onRetire: (host) => retired.push(host),
      },
    });
  });

  it('starts no host before one is needed', () => {
    expect(links).toHaveLength(0);
  });

  it('spreads tasks over its hosts, and lets connectors in where there is room', () => {
    const connector = pool.place('connector:a', CONNECTOR);
    const first = pool.place('task:a-0', TASK);
    const second = pool.place('task:b-0', TASK);
    expect(first).toBe(connector);
    expect(second).not.toBe(first);
    expect(pool.place('connector:b', CONNECTOR)).toBe(second);
    pool.place('task:a-1', TASK);
    pool.place('task:b-1', TASK);
    expect(links).toHaveLength(2);
    expect([first.units.size, second.units.size]).toEqual([3, 3]);
  });

  it('fills the emptiest host', () => {
    const [a, b] = [pool.place('task:a-0', TASK), pool.place('task:b-0', TASK)];
    pool.place('task:a-1', TASK);
    pool.remove('task:b-0', b);
    expect(pool.place('task:c-0', TASK)).toBe(b);
    expect(a).not.toBe(b);
  });

  it('gives suspects hosts of their own, as many as there are enough', () => {
    const shared = pool.place('task:a-0', TASK);
    const own = Array.from({ length: 8 }, (_, index) => pool.place(`task:s-${index}`, SUSPECT));
    expect(new Set([shared, ...own]).size).toBe(9);
    expect(own.every((host) => host.alone)).toBe(true);
    const ninth = pool.place('task:s-8', SUSPECT);
    expect(own).toContain(ninth);
    expect(ninth.alone).toBe(false);
  });

  it('ends a host of its own when its unit has left, and keeps the shared ones', () => {
    const own = pool.place('task:s-0', SUSPECT);
    const shared = pool.place('task:a-0', TASK);
    pool.remove('task:s-0', own);
    pool.remove('task:a-0', shared);
    expect(links[0]?.received.at(-1)).toEqual({ type: 'shutdown' });
    expect(pool.place('task:b-0', TASK)).toBe(shared);
  });

  it('passes the lease on to every host, the new ones included', () => {
    pool.place('task:a-0', TASK);
    pool.renewLease(100);
    pool.place('task:s-0', SUSPECT);
    pool.renewLease(200);
    expect(links.map(({ leases }) => leases)).toEqual([
      [Number.NEGATIVE_INFINITY, 100, 200],
      [100, 200],
    ]);
  });

  it('forgets a host that ended', () => {
    const first = pool.place('task:a-0', TASK);
    links[0]?.exit('exited with code 1');
    expect(pool.place('task:a-0', TASK)).not.toBe(first);
  });

  it('ends a host that is retired once its units have left, and places nothing there meanwhile', async () => {
    const host = pool.place('task:a-0', TASK);
    const gone = pool.retire(host);
    expect(retired).toEqual([host]);
    expect(pool.place('task:b-0', TASK)).not.toBe(host);
    expect(links[0]?.killed).toBe(false);
    pool.remove('task:a-0', host);
    await gone;
    expect(links[0]?.killed).toBe(true);
  });

  it('does not wait for ever for units to leave a host that is retired', async () => {
    const host = pool.place('task:a-0', TASK);
    await Promise.all([pool.retire(host), pool.retire(host)]);
    expect(links[0]?.killed).toBe(true);
    expect(retired).toEqual([host]);
  });

  it('asks a host that exists for nothing else, and ends it', async () => {
    const answer = pool.askOnce({ op: 'ping' }, 10_000);
    links[0]?.tell({ type: 'ready' });
    await waitFor('the request', () => links[0]?.requests.length === 1);
    links[0]?.tell({ type: 'reply', id: 1, ok: true, value: 'pong' });
    expect(await answer).toBe('pong');
    expect(links[0]?.received.at(-1)).toEqual({ type: 'shutdown' });
  });

  it('gives up a host that does not answer what only it is there for', async () => {
    await expect(pool.askOnce({ op: 'ping' }, 10)).rejects.toThrow('did not answer within 10 ms');
    expect(links[0]?.killed).toBe(true);
  });

  it('ends all hosts when it is closed', async () => {
    pool.place('task:a-0', TASK);
    pool.place('task:b-0', TASK);
    await pool.close();
    expect(links.map(({ received }) => received.at(-1))).toEqual([
      { type: 'shutdown' },
      { type: 'shutdown' },
    ]);
  });
});
