import { describe, expect, it } from 'vitest';
import { checkHistory, type HistoryRecord, type Operation } from './check-history.ts';
import type { Ended, OperationKind } from './operation.ts';

function operation(
  id: string,
  kind: OperationKind,
  times: readonly [begin: number, end: number],
  end: Partial<Ended> | null = {},
): Operation {
  const [at, endedAt] = times;
  const ended: Ended | null =
    end === null ? null : { event: 'ended', id, at: endedAt, outcome: 'done', ...end };
  return { event: 'begun', id, kind, connector: 'c', at, end: ended };
}

function record(offset: number, id: string | null, n = 0): HistoryRecord {
  return { offset, connector: 'c', config: id === null ? null : { id, n: String(n) } };
}

function faults(records: readonly HistoryRecord[], operations: readonly Operation[]): readonly string[] {
  return checkHistory(records, operations).faults;
}

describe('the checker of histories', () => {
  const create = operation('a', 'create', [0, 1]);

  it('accepts what could have been', () => {
    const operations = [
      create,
      operation('b', 'add', [2, 3]),
      operation('d', 'create', [2, 4], { outcome: 'exists' }),
      operation('e', 'delete', [5, 6]),
      operation('f', 'add', [5, 7], { outcome: 'absent' }),
      operation('g', 'read', [8, 9], { offset: 5 }),
      operation('h', 'create', [8, 9], null),
    ];
    expect(faults([record(0, 'a'), record(2, 'b', 1), record(4, null), record(6, 'h')], operations)).toEqual(
      [],
    );
  });

  it.each<[string, readonly HistoryRecord[], readonly Operation[]]>([
    ['a lost update', [record(0, 'a'), record(2, 'b', 5)], [create, operation('b', 'add', [2, 3])]],
    ['a double create', [record(0, 'a'), record(2, 'b')], [create, operation('b', 'create', [2, 3])]],
    ['an acknowledged write that is not there', [], [create]],
    [
      'an acknowledged write that is there twice',
      [record(0, 'a'), record(2, null), record(4, 'a')],
      [create],
    ],
    [
      'a refused write that is there',
      [record(0, 'a'), record(2, 'b', 1)],
      [create, operation('b', 'add', [2, 3], { outcome: 'absent' })],
    ],
    [
      'a refusal that was true at no time',
      [record(0, 'a')],
      [create, operation('b', 'add', [2, 3], { outcome: 'absent' })],
    ],
    [
      'a create that is told of its own record',
      [record(0, 'a')],
      [operation('a', 'create', [0, 1], { outcome: 'exists' })],
    ],
    [
      'a put that says the wrong thing',
      [record(0, 'b')],
      [operation('b', 'put', [0, 1], { created: false })],
    ],
    [
      'a replacement of another revision',
      [record(0, 'a'), record(2, 'b')],
      [create, { ...operation('b', 'replace', [2, 3]), revision: 1 }],
    ],
    ['a deletion that nobody asked for', [record(0, 'a'), record(2, null)], [create]],
    ['a deletion of nothing', [record(0, null)], [operation('b', 'delete', [0, 1])]],
    [
      'an order against that of time',
      [record(0, 'b'), record(2, 'a', 1)],
      [operation('a', 'add', [0, 1]), operation('b', 'create', [2, 3])],
    ],
    ['a stale read', [record(0, 'a')], [create, operation('b', 'read', [2, 3], { offset: 0 })]],
  ])('finds %s', (_, records, operations) => {
    expect(faults(records, operations)).not.toEqual([]);
  });
});
