import { expect, test } from 'vitest';
import { isLinearizable, type ConnectorOperation } from '../src/index.ts';

const create = (from: number, to: number, value: string): ConnectorOperation => ({
  kind: 'create',
  from,
  to,
  value,
  outcome: 'done',
});
const get = (from: number, to: number, value: string | null): ConnectorOperation => ({
  kind: 'get',
  from,
  to,
  value,
});

test('what one client does after the other is in order', () => {
  expect(isLinearizable([create(0, 1, 'a'), get(2, 3, 'a')])).toBe(true);
  expect(isLinearizable([create(0, 1, 'a'), get(2, 3, null)])).toBe(false);
});

test('what overlaps may be in any order', () => {
  expect(isLinearizable([create(0, 3, 'a'), get(1, 2, null), get(1, 2, 'a')])).toBe(true);
  expect(isLinearizable([create(0, 9, 'a'), get(1, 2, 'a'), get(3, 4, null)])).toBe(false);
});

test('of two creates only one is done', () => {
  expect(isLinearizable([create(0, 2, 'a'), create(1, 3, 'b')])).toBe(false);
  expect(
    isLinearizable([create(0, 2, 'a'), { kind: 'create', from: 1, to: 3, value: 'b', outcome: 'exists' }]),
  ).toBe(true);
});

test('what has no answer may have happened, late, or not at all', () => {
  const lost: ConnectorOperation = { kind: 'put', from: 0, to: Infinity, value: 'x', outcome: 'unknown' };
  expect(isLinearizable([lost, get(5, 6, null), get(7, 8, 'x')])).toBe(true);
  expect(isLinearizable([lost, get(5, 6, null)])).toBe(true);
  expect(isLinearizable([lost, get(5, 6, 'x'), get(7, 8, null)])).toBe(false);
});

test('a lost update is found', () => {
  const put = (from: number, to: number, value: string): ConnectorOperation => ({
    kind: 'put',
    from,
    to,
    value,
    outcome: 'replaced',
  });
  expect(isLinearizable([create(0, 1, 'a'), put(2, 3, 'b'), put(4, 5, 'c'), get(6, 7, 'b')])).toBe(false);
  expect(isLinearizable([create(0, 1, 'a'), put(2, 5, 'b'), put(2, 5, 'c'), get(6, 7, 'b')])).toBe(true);
});

test('a create that is answered as existing needs somebody who made it', () => {
  const own: ConnectorOperation = { kind: 'create', from: 0, to: 5, value: 'a', outcome: 'exists' };
  expect(isLinearizable([own])).toBe(false);
  expect(isLinearizable([own, { kind: 'delete', from: 6, to: 7, outcome: 'done' }])).toBe(false);
});

test('a patch needs something to change', () => {
  const patch = (from: number, to: number, outcome: 'done' | 'absent' | 'unknown'): ConnectorOperation => ({
    kind: 'patch',
    from,
    to,
    value: 'p',
    outcome,
  });
  expect(isLinearizable([patch(0, 1, 'done')])).toBe(false);
  expect(
    isLinearizable([patch(0, 1, 'absent'), create(2, 3, 'a'), patch(4, 5, 'done'), get(6, 7, 'p')]),
  ).toBe(true);
  expect(isLinearizable([create(0, 1, 'a'), patch(2, 3, 'absent')])).toBe(false);
  expect(isLinearizable([patch(0, Infinity, 'unknown'), get(1, 2, null)])).toBe(true);
  expect(isLinearizable([patch(0, Infinity, 'unknown'), get(1, 2, 'p')])).toBe(false);
});

test('many unknown outcomes are no reason to search for ever', () => {
  const lost = Array.from({ length: 40 }, (_, n): ConnectorOperation => ({
    kind: 'put',
    from: n,
    to: Infinity,
    value: `lost-${n}`,
    outcome: 'unknown',
  }));
  const known = Array.from({ length: 40 }, (_, n): ConnectorOperation[] => [
    { kind: 'put', from: n + 0.1, to: n + 0.2, value: `${n}`, outcome: n === 0 ? 'created' : 'replaced' },
    get(n + 0.3, n + 0.4, `${n}`),
  ]).flat();
  expect(isLinearizable([...lost, ...known])).toBe(true);
  expect(isLinearizable([...lost, ...known, get(100, 101, 'lost-7')])).toBe(true);
});
