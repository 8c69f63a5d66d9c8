import type { WorkerConfig } from '@millrace/config';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostHandle, HOST_GONE } from '../../src/host/host-handle.ts';
import { FakeLink } from './fake-link.ts';

describe('A task host as its worker sees it', () => {
  let link: FakeLink;
  let host: HostHandle;
  let exits: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    link = new FakeLink('process 1');
    exits = [];
    host = new HostHandle({
      link,
      init: { type: 'init', config: {} as WorkerConfig },
      unresponsiveMs: 1_000,
      logger: pino({ level: 'silent' }),
      listener: {
        onEvent: () => undefined,
        onMetrics: () => undefined,
        onExit: (_host, reason) => exits.push(reason),
      },
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const answerPings = (): void => {
    for (const { id, request } of link.requests) {
      if (request.op === 'ping') {
        link.tell({ type: 'reply', id, ok: true, value: null });
      }
    }
  };

  it('is asked nothing before it is ready', async () => {
    const answer = host.request({ op: 'ping' });
    await Promise.resolve();
    expect(link.requests).toHaveLength(0);
    link.tell({ type: 'ready' });
    await vi.advanceTimersByTimeAsync(0);
    link.tell({ type: 'reply', id: 1, ok: true, value: 5 });
    expect(await answer).toBe(5);
  });

  it('passes its errors on, and what they were', async () => {
    const answer = host.request({ op: 'ping' });
    link.tell({ type: 'ready' });
    await vi.advanceTimersByTimeAsync(0);
    link.tell({
      type: 'reply',
      id: 1,
      ok: false,
      error: {
        name: 'DataError',
        message: 'bad',
        code: 'DATA',
        trace: 'DataError: bad\n at there',
        restartable: true,
      },
    });
    await expect(answer).rejects.toMatchObject({
      name: 'DataError',
      code: 'DATA',
      stack: 'DataError: bad\n at there',
    });
  });

  it('fails every request with what kept it from starting', async () => {
    const answer = host.request({ op: 'ping' });
    link.tell({
      type: 'init-failed',
      error: {
        name: 'ConfigError',
        message: 'no such provider',
        code: 'CONFIG',
        trace: '',
        restartable: false,
      },
    });
    await expect(answer).rejects.toThrow('no such provider');
  });

  it('cuts requests off when it ends', async () => {
    link.tell({ type: 'ready' });
    const answer = host.request({ op: 'ping' });
    const cut = expect(answer).rejects.toMatchObject({ code: HOST_GONE });
    await vi.advanceTimersByTimeAsync(0);
    link.exit('exited with code 3');
    await cut;
    await expect(host.request({ op: 'ping' })).rejects.toThrow('exited with code 3');
    expect(exits).toEqual(['exited with code 3']);
  });

  it('is ended when it does not answer any more', async () => {
    link.tell({ type: 'ready' });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(link.killed).toBe(true);
    expect(exits).toEqual(['was ended: it did not answer for 1000 ms']);
  });

  it('is left alone as long as it answers, however late the look is', async () => {
    link.tell({ type: 'ready' });
    for (let count = 0; count < 20; count += 1) {
      await vi.advanceTimersByTimeAsync(450);
      answerPings();
    }
    // The whole machine stood still: one look is late, none is missed.
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(200);
    answerPings();
    expect(link.killed).toBe(false);
  });

  it('may take its time to start, but not for ever', async () => {
    await vi.advanceTimersByTimeAsync(30_000);
    expect(link.killed).toBe(false);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(link.killed).toBe(true);
  });

  it('says which error it ended of', () => {
    link.tell({
      type: 'crashed',
      error: {
        name: 'RangeError',
        message: 'x',
        code: null,
        trace: 'RangeError: x\n at timer',
        restartable: true,
      },
    });
    link.exit('exited with code 1');
    expect(exits[0]).toContain('RangeError: x\n at timer');
  });

  it('is ended when it does not end by itself', async () => {
    link.send = () => undefined;
    host.shutdown();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(link.killed).toBe(true);
  });
});
