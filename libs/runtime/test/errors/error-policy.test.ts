import { ConnectError, DataError, RetriableError } from '@millrace/connect-api';
import { describe, expect, it } from 'vitest';
import { ErrorPolicy, type ErrorPolicySettings } from '../../src/errors/error-policy.ts';
import { errorData } from '../../src/host/error-data.ts';
import type { DeadLetter } from '../../src/errors/record-at-fault.ts';
import type { StageFailure } from '../../src/errors/stages.ts';

const STRICT: ErrorPolicySettings = {
  tolerance: 'none',
  retryTimeoutMs: 0,
  retryDelayMaxMs: 60_000,
  log: false,
  logMessages: false,
};

const LETTER: DeadLetter = {
  topic: 't',
  partition: 0,
  offset: 7,
  key: null,
  value: Buffer.from('bad'),
  headers: [],
  timestamp: 5,
  origin: [],
};

function failure(error: Error): StageFailure {
  return {
    stage: 'VALUE_CONVERTER',
    executor: 'com.acme.C',
    error,
    record: {
      describe: () => 'consumed record is {topic=t}',
      where: () => 'topic t, partition 0, offset 7',
      deadLetter: () => LETTER,
    },
  };
}

/** A policy with a clock that stands still but for its own sleeps. */
function policyOf(settings: Partial<ErrorPolicySettings>) {
  const slept: number[] = [];
  const logged: string[] = [];
  let now = 0;
  const policy = new ErrorPolicy({
    settings: { ...STRICT, ...settings },
    task: 'X-0',
    log: (message) => logged.push(message),
    deadLetters: null,
    now: () => now,
    random: () => 0.5,
    sleep: (ms) => {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  });
  return { policy, slept, logged };
}

describe('A record that cannot be processed', () => {
  it('fails the task when errors are not tolerated', async () => {
    const { policy } = policyOf({});
    const cause = new DataError('bad');
    const thrown = await policy.onFailure(failure(cause)).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ConnectError);
    expect(thrown).toMatchObject({ message: 'Tolerance exceeded in error handler', cause });
    expect(errorData(thrown).trace).toMatch(
      /^Root cause: DataError: bad \(stage VALUE_CONVERTER, class com.acme.C, topic t, partition 0, offset 7\)\n/,
    );
    expect(policy.metrics()).toMatchObject({
      'total-record-failures': 1,
      'total-record-errors': 1,
      'total-records-skipped': 0,
    });
  });

  it('is skipped when errors are tolerated, silently unless the log is asked for', async () => {
    const { policy, logged } = policyOf({ tolerance: 'all' });
    expect(await policy.onFailure(failure(new DataError('bad')))).toBe('skip');
    expect(policy.metrics()).toMatchObject({ 'total-record-errors': 1, 'total-records-skipped': 1 });
    expect(logged).toEqual([]);
  });

  it('is logged as the JVM logs it, with the record where that is asked for', async () => {
    const plain = policyOf({ tolerance: 'all', log: true });
    await plain.policy.onFailure(failure(new DataError('bad')));
    expect(plain.logged).toEqual([
      "Error encountered in task X-0. Executing stage 'VALUE_CONVERTER' with class 'com.acme.C'.",
    ]);
    const withRecord = policyOf({ tolerance: 'all', log: true, logMessages: true });
    await withRecord.policy.onFailure(failure(new DataError('bad')));
    expect(withRecord.logged).toEqual([
      "Error encountered in task X-0. Executing stage 'VALUE_CONVERTER' with class 'com.acme.C', where consumed record is {topic=t}.",
    ]);
  });

  it('is tried again with a doubling delay while it is retriable and time is left', async () => {
    const { policy, slept } = policyOf({ tolerance: 'all', retryTimeoutMs: 1_500 });
    const retriable = failure(new RetriableError('busy'));
    expect(await policy.onFailure(retriable)).toBe('retry');
    expect(await policy.onFailure(retriable)).toBe('retry');
    expect(await policy.onFailure(retriable)).toBe('retry');
    expect(await policy.onFailure(retriable)).toBe('skip');
    expect(slept).toEqual([300, 600, 600]);
    expect(policy.metrics()).toMatchObject({
      'total-retries': 3,
      'total-record-failures': 4,
      'total-record-errors': 1,
      'total-records-skipped': 1,
    });
  });

  it('waits a random time once the delay would pass its maximum', async () => {
    const { policy, slept } = policyOf({ retryTimeoutMs: -1, retryDelayMaxMs: 500 });
    const retriable = failure(new RetriableError('busy'));
    await policy.onFailure(retriable);
    await policy.onFailure(retriable);
    expect(slept).toEqual([300, 250]);
  });

  it('starts with a fresh time limit after another one went through', async () => {
    const { policy, slept } = policyOf({ retryTimeoutMs: 300 });
    const retriable = failure(new RetriableError('busy'));
    await policy.onFailure(retriable);
    policy.settle();
    expect(await policy.onFailure(retriable)).toBe('retry');
    expect(slept).toEqual([300, 300]);
  });
});
