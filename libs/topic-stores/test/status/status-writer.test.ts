import { KafkaError } from '@millrace/kafka';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { StoreTimeoutError, type StatusEntry } from '../../src/index.ts';
import type { LogEntry, RawRecord, TopicLog } from '../../src/log/topic-log.ts';
import { LogStatusBackingStore } from '../../src/status/log-status-backing-store.ts';
import { LogLines } from '../log-lines.ts';

/** A topic that can be made to refuse what is sent to it, or to leave it unanswered. */
class MoodyLog implements TopicLog {
  readonly topic = 'moody';
  mood: 'well' | 'retriable' | 'lasting' | 'silent' = 'well';
  readonly sent: string[] = [];
  attempts = 0;
  #onEntry: (entry: LogEntry) => void = () => undefined;
  #answer: () => void = () => undefined;

  start(onEntry: (entry: LogEntry) => void): Promise<void> {
    this.#onEntry = onEntry;
    return Promise.resolve();
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
  readToEnd(): Promise<void> {
    return Promise.resolve();
  }
  readTo(): Promise<void> {
    return Promise.resolve();
  }
  position(): number {
    return this.sent.length;
  }
  staleMs(): number {
    return 0;
  }
  /** Lets what was left unanswered be answered. */
  answer(): void {
    this.#answer();
  }
  async append(records: readonly RawRecord[]): Promise<void> {
    this.attempts += 1;
    if (this.mood === 'silent') {
      await new Promise<void>((resolve) => {
        this.#answer = resolve;
      });
    }
    if (this.mood === 'retriable' || this.mood === 'lasting') {
      throw new KafkaError('moody', { retriable: this.mood === 'retriable' });
    }
    for (const { key, value } of records) {
      this.arrive(key.toString('utf8'), value);
    }
  }
  arrive(key: string, value: Buffer | null): void {
    this.sent.push(`${key} ${stateOf(value)}`);
    this.#onEntry({ partition: 0, offset: this.sent.length - 1, timestamp: 0, key, value, headers: [] });
  }
}

function stateOf(value: Buffer | null): string {
  return value === null ? 'removed' : (JSON.parse(value.toString('utf8')) as { state: string }).state;
}

function status(state: StatusEntry['state'], generation = 1): StatusEntry {
  return { connector: 'c', task: null, state, trace: null, workerId: 'a:1', generation, version: null };
}

async function open(): Promise<{ log: MoodyLog; store: LogStatusBackingStore; lines: LogLines }> {
  const log = new MoodyLog();
  const lines = new LogLines();
  const store = new LogStatusBackingStore({ log, logger: lines.logger });
  await store.start();
  return { log, store, lines };
}

describe('statuses that cannot be written at once', () => {
  it('are sent again until they are', async () => {
    const { log, store, lines } = await open();
    log.mood = 'retriable';
    store.put(status('RUNNING'));
    await waitFor('a second attempt', () => log.attempts >= 2);
    log.mood = 'well';
    await store.flush(5_000);
    expect(log.sent).toEqual(['status-connector-c RUNNING']);
    expect(lines.of('Statuses cannot be written; trying again')).toHaveLength(1);
  });

  it('give way to newer ones of the same entry', async () => {
    const { log, store } = await open();
    log.mood = 'retriable';
    store.put(status('RUNNING'));
    await waitFor('an attempt', () => log.attempts >= 1);
    store.put(status('PAUSED'));
    store.put(status('RUNNING'));
    store.put(status('FAILED'));
    log.mood = 'well';
    await store.flush(5_000);
    expect(log.sent.at(-1)).toBe('status-connector-c FAILED');
    expect(log.sent).not.toContain('status-connector-c UNASSIGNED');
  });

  it.each([
    [
      'another generation has begun',
      ({ store }: { store: LogStatusBackingStore }) => {
        store.put({ ...status('RUNNING', 2), connector: 'other' });
      },
    ],
    [
      'the entry was removed',
      ({ log }: { log: MoodyLog }) => {
        log.arrive('status-connector-c', null);
      },
    ],
  ])('are dropped when %s', async (_, happen) => {
    const opened = await open();
    const { log, store } = opened;
    log.mood = 'retriable';
    store.put(status('RUNNING'));
    await waitFor('an attempt', () => log.attempts >= 1);
    happen(opened);
    log.mood = 'well';
    await store.flush(5_000);
    expect(log.sent).not.toContain('status-connector-c RUNNING');
  });

  it('are dropped and logged when no repetition will help', async () => {
    const { log, store, lines } = await open();
    log.mood = 'lasting';
    store.put(status('RUNNING'));
    await store.flush(5_000);
    expect(log.attempts).toBe(1);
    expect(lines.of('A status could not be written')).toHaveLength(1);
  });

  it('make a flush give up in time, and pile up no further than one of each entry needs', async () => {
    const { log, store } = await open();
    log.mood = 'silent';
    for (let generation = 0; generation < 1_000; generation += 1) {
      store.put(status('RUNNING', generation));
    }
    await expect(store.flush(20)).rejects.toThrow(StoreTimeoutError);
    log.mood = 'well';
    log.answer();
    await store.flush(5_000);
    expect(log.sent.length).toBeLessThan(100);
    expect(store.connector('c')?.generation).toBe(999);
  });
});
