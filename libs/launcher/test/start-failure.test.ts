import { ConfigError, ConnectError } from '@millrace/connect-api';
import { describe, expect, it } from 'vitest';
import { startFailure } from '../src/start-failure.ts';

describe('What is told of a start that failed', () => {
  it('is the message of an error that was made for people, with its causes, each once', () => {
    expect(startFailure(new ConfigError('bad key'))).toBe('bad key');
    const cause = new Error('inner', { cause: new Error('innermost') });
    expect(startFailure(new ConnectError('outer', { cause }))).toBe('outer: inner: innermost');
    expect(startFailure(new ConnectError('outer: inner', { cause: new Error('inner') }))).toBe(
      'outer: inner',
    );
  });

  it('is what to do about a port', () => {
    const error = (code: string, rest: object = {}): Error =>
      Object.assign(new Error(code), { code, ...rest });
    expect(startFailure(error('EADDRINUSE', { port: 80 }))).toContain('Port 80 is in use');
    expect(startFailure(error('EACCES', { port: 80 }))).toContain('above 1023');
    expect(startFailure(error('EADDRNOTAVAIL', { address: '10.0.0.9' }))).toContain('no address 10.0.0.9');
  });

  it('is the stack of anything else', () => {
    expect(startFailure(new TypeError('oops'))).toContain('start-failure.test.ts');
    expect(startFailure('text')).toBe('text');
  });
});
