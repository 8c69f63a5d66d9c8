import { ConnectorNotFoundError, StaleTaskConfigsError, type ConfigWrite } from '@millrace/topic-stores';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { errorData, HostError } from '../../src/host/error-data.ts';
import { TaskConfigPublisher } from '../../src/herder/task-config-publisher.ts';
import { RetriableError } from '@millrace/connect-api';

describe('Task configurations', () => {
  let writes: ConfigWrite[];
  let outcomes: (Error | null)[];
  let computed: number;
  let compute: () => Promise<void>;
  let publisher: TaskConfigPublisher;

  beforeEach(() => {
    vi.useFakeTimers();
    writes = [];
    outcomes = [];
    computed = 0;
    compute = () => Promise.resolve();
    publisher = new TaskConfigPublisher({
      logger: pino({ level: 'silent' }),
      compute: async () => {
        computed += 1;
        await compute();
        return { configs: [{ a: String(computed) }], revision: 40 + computed };
      },
      configStore: {
        write: (write) => {
          writes.push(write);
          const outcome = outcomes.shift() ?? null;
          return outcome === null
            ? Promise.resolve({ written: true, created: false } as never)
            : Promise.reject(outcome);
        },
      },
    });
  });

  afterEach(() => {
    publisher.stop();
    vi.useRealTimers();
  });

  it('are written with the revision that they follow from', async () => {
    publisher.request('X');
    await vi.advanceTimersByTimeAsync(0);
    expect(writes).toEqual([
      { kind: 'put-task-configs', connector: 'X', configs: [{ a: '1' }], revision: 41 },
    ]);
  });

  it('are computed once more for any number of requests that come meanwhile', async () => {
    const gate = Promise.withResolvers<undefined>();
    compute = () => gate.promise.then(() => undefined);
    publisher.request('X');
    publisher.request('X');
    publisher.request('X');
    publisher.request('Y');
    gate.resolve(undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(writes.map((write) => 'connector' in write && write.connector).sort()).toEqual(['X', 'X', 'Y']);
  });

  it('that cannot be written are tried again, at growing distances', async () => {
    outcomes = Array.from({ length: 9 }, () => new Error('no broker'));
    publisher.request('X');
    await vi.advanceTimersByTimeAsync(0);
    const distances: number[] = [];
    for (let count = 1; count < 9; count += 1) {
      let waited = 0;
      while (writes.length === count) {
        await vi.advanceTimersByTimeAsync(250);
        waited += 250;
      }
      distances.push(waited);
    }
    expect(distances).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
  });

  it('that a newer configuration has overtaken are dropped', async () => {
    outcomes = [new StaleTaskConfigsError('newer'), new ConnectorNotFoundError('X')];
    publisher.request('X');
    await vi.advanceTimersByTimeAsync(0);
    publisher.request('X');
    await vi.advanceTimersByTimeAsync(100_000);
    expect(writes).toHaveLength(2);
  });

  it('that the connector cannot compute now are asked for again; what failed for good is not', async () => {
    const errors = [
      new HostError(errorData(new RetriableError('busy'))),
      new HostError(errorData(new Error('no'))),
    ];
    compute = () => {
      const error = errors.shift();
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    };
    publisher.request('X');
    await vi.advanceTimersByTimeAsync(100_000);
    expect(computed).toBe(2);
    expect(writes).toEqual([]);
  });

  it('of a connector that does not run here any more are not tried again', async () => {
    outcomes = [new Error('no broker')];
    publisher.request('X');
    await vi.advanceTimersByTimeAsync(0);
    publisher.cancel('X');
    await vi.advanceTimersByTimeAsync(100_000);
    expect(writes).toHaveLength(1);
  });
});
