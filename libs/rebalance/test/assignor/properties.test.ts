import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectorsAndTasks } from '../../src/index.ts';
import { AssignorScript, names } from './script.ts';

type Command =
  | { readonly kind: 'add' | 'remove' | 'drain' | 'undrain' | 'forget'; readonly worker: string }
  | { readonly kind: 'configure'; readonly connector: string; readonly tasks: number }
  | { readonly kind: 'delete'; readonly connector: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'rebalance' | 'rebalanceInVain' | 'changeLeader' };

const worker = fc.constantFrom('w1', 'w2', 'w3', 'w4', 'w5', 'w6');
const connector = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('add', 'remove', 'forget'), worker }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('drain', 'undrain'), worker }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('configure'),
      connector,
      tasks: fc.integer({ min: 0, max: 9 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete'), connector }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 0, max: 9_000 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('rebalance', 'rebalanceInVain', 'changeLeader') }),
  },
);

const story = fc.record({
  maxDelayMs: fc.constantFrom(0, 0, 5_000, 300_000),
  commands: fc.array(command, { maxLength: 40 }),
});

function play(script: AssignorScript, what: Command): void {
  switch (what.kind) {
    case 'add':
      if (!script.workers.has(what.worker)) {
        script.addWorker(what.worker);
      }
      return;
    case 'remove':
      script.removeWorker(what.worker);
      return;
    case 'forget':
      // It lost its place, stopped everything and came back.
      if (script.workers.has(what.worker)) {
        script.claims(what.worker, { connectors: [], tasks: [] });
      }
      return;
    case 'drain':
    case 'undrain':
      if (script.workers.has(what.worker)) {
        script.drain(what.worker, what.kind === 'drain');
      }
      return;
    case 'configure':
      script.setTasks(what.connector, what.tasks);
      return;
    case 'delete':
      script.removeConnector(what.connector);
      return;
    case 'wait':
      script.wait(what.ms);
      return;
    case 'rebalance':
      safeRound(script);
      return;
    case 'rebalanceInVain':
      script.rebalanceInVain();
      return;
    case 'changeLeader':
      script.changeLeader();
  }
}

/** A round, in which nobody may be given what another one still has, and drained workers nothing at all. */
function safeRound(script: AssignorScript): void {
  const before = new Map([...script.workers.keys()].map((id) => [id, script.owned(id)]));
  const { members } = script.rebalance();
  for (const [id, { assigned, revoked }] of members) {
    const others = [...before].filter(([other]) => other !== id).flatMap(([, owned]) => owned);
    expect(names(assigned).filter((unit) => others.includes(unit))).toEqual([]);
    expect(names(revoked).filter((unit) => before.get(id)?.includes(unit) !== true)).toEqual([]);
    if (script.workers.get(id)?.drained === true) {
      expect(names(assigned)).toEqual([]);
      expect([...names(revoked)].sort()).toEqual([...(before.get(id) ?? [])].sort());
    }
  }
  const all = [...script.workers.keys()].flatMap((id) => script.owned(id));
  expect(new Set(all).size).toBe(all.length);
}

/** Everything configured runs once, evenly, and not on drained workers. */
function expectBalanced(script: AssignorScript): void {
  const working = [...script.workers].filter(([, { drained }]) => !drained);
  const all = [...script.workers.keys()].flatMap((id) => script.owned(id));
  expect([...all].sort()).toEqual(working.length === 0 ? [] : [...names(script.configured)].sort());
  for (const kind of ['connectors', 'tasks'] as const) {
    const counts = working.map(([, { owned }]) => owned[kind].length);
    expect(Math.max(0, ...counts) - Math.min(...counts, Number.MAX_SAFE_INTEGER)).toBeLessThanOrEqual(1);
  }
}

/** The fewest units of a kind that must leave their workers for an even spread. */
function fewestMoves(loads: readonly number[], total: number): number {
  const [fewest, extras] = [Math.floor(total / loads.length), total % loads.length];
  return [...loads]
    .sort((a, b) => b - a)
    .map((load, index) => Math.max(0, load - fewest - (index < extras ? 1 : 0)))
    .reduce((sum, moves) => sum + moves, 0);
}

function revokedOf(
  kind: 'connectors' | 'tasks',
  told: Iterable<{ readonly revoked: ConnectorsAndTasks }>,
): number {
  return [...told].reduce((sum, { revoked }) => sum + revoked[kind].length, 0);
}

describe('after whatever has happened, the assignor', () => {
  it('never gives out what somebody still has, and comes to rest with everything assigned once and evenly', () => {
    fc.assert(
      fc.property(story, ({ maxDelayMs, commands }) => {
        const script = new AssignorScript({ maxDelayMs });
        for (const each of commands) {
          play(script, each);
        }
        script.settle();
        expectBalanced(script);
      }),
      { numRuns: 1_000 },
    );
  });

  it('changes nothing when nothing has changed', () => {
    fc.assert(
      fc.property(story, ({ maxDelayMs, commands }) => {
        const script = new AssignorScript({ maxDelayMs });
        for (const each of commands) {
          play(script, each);
        }
        script.settle();
        const before = [...script.workers.keys()].map((id) => script.owned(id));
        expect(script.rebalance().delayMs).toBe(0);
        expect([...script.workers.keys()].map((id) => script.owned(id))).toEqual(before);
      }),
    );
  });

  it('takes no more than it must when workers join', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        (tasks, workers, joining) => {
          const script = new AssignorScript();
          tasks.forEach((each, index) => script.setTasks(`c${index}`, each));
          script.addWorker(...Array.from({ length: workers }, (_, index) => `w${index}`)).settle();
          script.addWorker(...Array.from({ length: joining }, (_, index) => `x${index}`));

          const before = [...script.workers.values()].map(({ owned }) => owned);
          const { members } = script.rebalance();
          for (const kind of ['connectors', 'tasks'] as const) {
            const loads = before.map((owned) => owned[kind].length);
            expect(revokedOf(kind, members.values())).toBe(
              fewestMoves(loads, script.configured[kind].length),
            );
          }
          script.settle();
          expectBalanced(script);
        },
      ),
    );
  });

  it('takes nothing from those that stay when workers leave, without a delay', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 2, max: 6 }),
        (tasks, workers) => {
          const script = new AssignorScript();
          tasks.forEach((each, index) => script.setTasks(`c${index}`, each));
          script.addWorker(...Array.from({ length: workers }, (_, index) => `w${index}`)).settle();
          const { members } = script.removeWorker('w0').rebalance();
          expect(revokedOf('connectors', members.values()) + revokedOf('tasks', members.values())).toBe(0);
          expectBalanced(script);
        },
      ),
    );
  });

  it('decides by values alone: the same state and round give the same result', () => {
    fc.assert(
      fc.property(story, ({ maxDelayMs, commands }) => {
        const [one, other] = [new AssignorScript({ maxDelayMs }), new AssignorScript({ maxDelayMs })];
        for (const each of commands) {
          play(one, each);
          play(other, each);
        }
        expect(one.loads()).toEqual(other.loads());
      }),
      { numRuns: 50 },
    );
  });
});
