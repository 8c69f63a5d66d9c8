import { describe, expect, it } from 'vitest';
import { globMatcher } from '../src/glob.ts';

describe('A pattern of file names', () => {
  it.each([
    ['*', 'anything.at-all', true],
    ['*.log', 'a.log', true],
    ['*.log', 'a.log.1', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*.{log,txt}', 'b.txt', true],
    ['*.{log,txt}', 'b.csv', false],
    ['a,b', 'a,b', true],
    ['a+b(1)[2].log', 'a+b(1)[2].log', true],
    ['ü?', 'ü😀', true],
  ])('%s, %s: %s', (pattern, name, matches) => {
    expect(globMatcher(pattern)(name)).toBe(matches);
  });
});
