import { expect, test } from 'vitest';
import {
  ConfigError,
  ConnectError,
  DataError,
  RetriableError,
  SchemaBuilderError,
  toError,
} from '../src/index.ts';

test('errors say by their class what is to be done, and what the JVM calls them', () => {
  const kinds = [ConnectError, RetriableError, DataError, SchemaBuilderError, ConfigError].map((Kind) => {
    const { name, code, retriable, javaClass } = new Kind('x');
    return [name, code, retriable, javaClass.split('.').at(-1)];
  });
  expect(kinds).toEqual([
    ['ConnectError', 'CONNECT_ERROR', false, 'ConnectException'],
    ['RetriableError', 'RETRIABLE', true, 'RetriableException'],
    ['DataError', 'DATA', false, 'DataException'],
    ['SchemaBuilderError', 'SCHEMA_BUILDER', false, 'SchemaBuilderException'],
    ['ConfigError', 'CONFIG', false, 'ConfigException'],
  ]);
});

test('a wrong value is told with its key in the words of the JVM', () => {
  const error = ConfigError.invalidValue('k', 'v', 'too short');
  expect([error.message, error.key]).toEqual(['Invalid value v for configuration k: too short', 'k']);
  expect(ConfigError.invalidValue('k', null).message).toBe('Invalid value null for configuration k');
});

test('whatever was thrown becomes an error; one that is stays itself', () => {
  const cause = new TypeError('x');
  expect(toError(cause)).toBe(cause);
  expect(toError('text')).toEqual(new ConnectError('text'));
  expect(new ConnectError('y', { cause }).cause).toBe(cause);
});
