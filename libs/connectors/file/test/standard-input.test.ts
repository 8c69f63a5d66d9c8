import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { StandardInput } from '../src/standard-input.ts';

describe('The standard input', () => {
  it('gives complete lines as they come', () => {
    const stream = new PassThrough();
    const input = new StandardInput(stream as unknown as NodeJS.ReadStream);
    stream.emit('data', Buffer.from('a\nb'));
    expect(input.read(10).map(({ text }) => text)).toEqual(['a']);
    stream.emit('data', Buffer.from('c\nd\n'));
    expect(input.read(1).map(({ text }) => text)).toEqual(['bc']);
    expect(input.read(10).map(({ text }) => text)).toEqual(['d']);
    input.close();
    expect(stream.listenerCount('data')).toBe(0);
  });

  it('is left where it is while enough lines wait', () => {
    const stream = new PassThrough();
    const input = new StandardInput(stream as unknown as NodeJS.ReadStream);
    stream.emit('data', Buffer.from('x\n'.repeat(20_000)));
    expect(stream.isPaused()).toBe(true);
    expect(input.read(2_000)).toHaveLength(2_000);
    expect(stream.isPaused()).toBe(false);
    input.close();
  });
});
