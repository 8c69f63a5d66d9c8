import { ConfigError, ConnectError, DataError, RetriableError } from '@millrace/connect-api';
import { BrokerUnavailableError } from '@millrace/kafka';
import { PluginNotFoundError, PluginVersionError } from '@millrace/plugins';
import { describe, expect, it } from 'vitest';
import { TooManyTasksError } from '../../src/connector/task-configs.ts';
import { errorData, HostError } from '../../src/host/error-data.ts';

function causedBy(cause: unknown): Error {
  return new ConnectError('Tolerance exceeded in error handler', { cause });
}

describe('An error as data', () => {
  it('has the stacks of its causes in the trace', () => {
    const { name, message, code, trace } = errorData(causedBy(new DataError('not JSON')));
    expect({ name, message, code }).toEqual({
      name: 'ConnectError',
      message: 'Tolerance exceeded in error handler',
      code: 'CONNECT_ERROR',
    });
    expect(trace).toMatch(
      /^Root cause: DataError: not JSON\nConnectError: Tolerance exceeded[\s\S]*\nCaused by: DataError: not JSON\n/,
    );
  });

  it('survives causes in a circle', () => {
    const error = new Error('chicken');
    error.cause = new Error('egg', { cause: error });
    expect(errorData(error).trace.match(/Caused by/g)).toHaveLength(1);
  });

  it.each([
    ['anything a plugin throws', new TypeError('x is not a function')],
    ['something that is no error', 'oops'],
    [
      'a record that cannot be processed, which may be skipped or mended',
      causedBy(new DataError('not JSON')),
    ],
    ['brokers that are away', causedBy(new BrokerUnavailableError('nobody answers', { retriable: true }))],
    ['what is said to pass, wherever it is in the chain', causedBy(new RetriableError('busy'))],
    [
      'a configuration that could not be read for now',
      new ConfigError('no file', { cause: new RetriableError('away') }),
    ],
    [
      'what is said to pass although a configuration is to blame',
      new RetriableError('soon', { cause: new ConfigError('bad') }),
    ],
  ])('says that a restart may help after %s', (_what, error) => {
    expect(errorData(error).restartable).toBe(true);
  });

  it.each([
    ['a configuration that is wrong', new ConfigError('no such host')],
    ['a configuration that is the root cause', causedBy(causedBy(new ConfigError('no such host')))],
    ['a plugin that nobody has', new PluginNotFoundError('Failed to find any class X', 'X')],
    ['a version that nobody has', new PluginVersionError('X', '[2,)', ['1.0'])],
    ['too many tasks', new TooManyTasksError('more than tasks.max', { generated: 3, tasksMax: 2 })],
  ])('says that a restart does not help after %s', (_what, error) => {
    expect(errorData(error).restartable).toBe(false);
  });

  it('says the same of what came from a task host', () => {
    expect(errorData(new HostError(errorData(new ConfigError('bad')))).restartable).toBe(false);
    expect(errorData(new HostError(errorData(new Error('lost')))).restartable).toBe(true);
  });
});
