import { describe, expect, it } from 'vitest';
import { NOTHING, type AssignorResult } from '../../src/index.ts';
import { AssignorScript, count, names } from './script.ts';

function told(
  result: AssignorResult,
  worker: string,
): { assigned: readonly string[]; revoked: readonly string[] } {
  const { assigned, revoked } = result.members.get(worker) ?? { assigned: NOTHING, revoked: NOTHING };
  return { assigned: names(assigned), revoked: names(revoked) };
}

describe('workers that come', () => {
  it('give everything to the first', () => {
    const cluster = new AssignorScript().addWorker('w1').setTasks('a', 2).setTasks('b', 1);
    const result = cluster.rebalance();
    expect(told(result, 'w1')).toEqual({ assigned: ['a', 'b', 'a-0', 'a-1', 'b-0'], revoked: [] });
    expect(result.delayMs).toBe(0);
  });

  it('take their share in two rounds: revoked in one, assigned in the next', () => {
    const cluster = new AssignorScript().addWorker('w1').setTasks('a', 4).setTasks('b', 4);
    cluster.rebalance();

    cluster.addWorker('w2');
    const first = cluster.rebalance();
    expect(told(first, 'w1')).toEqual({ assigned: [], revoked: ['a', 'a-0', 'a-1', 'a-2', 'a-3'] });
    expect(told(first, 'w2')).toEqual({ assigned: [], revoked: [] });

    const second = cluster.rebalance();
    expect(told(second, 'w1')).toEqual({ assigned: [], revoked: [] });
    expect(told(second, 'w2')).toEqual({ assigned: ['a', 'a-0', 'a-1', 'a-2', 'a-3'], revoked: [] });
    expect(cluster.loads()).toEqual({ w1: '1/4', w2: '1/4' });
    expect(cluster.settle()).toBe(1);
  });

  it('leave with the others as much as can stay there', () => {
    const cluster = new AssignorScript().addWorker('w1', 'w2').setTasks('a', 5);
    cluster.settle();
    expect(cluster.loads()).toEqual({ w1: '1/3', w2: '0/2' });
    const before = cluster.owned('w2');

    cluster.addWorker('w3');
    expect(cluster.settle()).toBe(2);
    expect(cluster.loads()).toEqual({ w1: '1/2', w2: '0/2', w3: '0/1' });
    expect(cluster.owned('w2')).toEqual(before);
  });
});

describe('ties', () => {
  it('are broken by member id, in whatever order members are listed', () => {
    const one = new AssignorScript().addWorker('w3', 'w1', 'w2').setTasks('b', 1).setTasks('a', 1);
    const other = new AssignorScript().addWorker('w2', 'w3', 'w1').setTasks('a', 1).setTasks('b', 1);
    one.settle();
    other.settle();
    for (const id of ['w1', 'w2', 'w3']) {
      expect(one.owned(id)).toEqual(other.owned(id));
    }
    expect(one.loads()).toEqual({ w1: '1/1', w2: '1/1', w3: '0/0' });
  });
});

describe('configuration', () => {
  it('new tasks go to whoever has fewest', () => {
    const cluster = new AssignorScript().addWorker('w1', 'w2').setTasks('a', 3);
    cluster.settle();
    cluster.setTasks('b', 3);
    expect(cluster.settle()).toBe(1);
    expect(cluster.loads()).toEqual({ w1: '1/3', w2: '1/3' });
  });

  it('deleted connectors and tasks are revoked where they run', () => {
    const cluster = new AssignorScript().addWorker('w1', 'w2').setTasks('a', 2).setTasks('b', 2);
    cluster.settle();
    cluster.removeConnector('a').setTasks('b', 1);
    const result = cluster.rebalance();
    const revoked = ['w1', 'w2'].flatMap((id) => told(result, id).revoked);
    expect([...revoked].sort()).toEqual(['a', 'a-0', 'a-1', 'b-1']);
    cluster.settle();
    expect([...cluster.owned('w1'), ...cluster.owned('w2')].sort()).toEqual(['b', 'b-0']);
  });

  it('deleted ones are revoked also by a leader that never knew of them', () => {
    const cluster = new AssignorScript().addWorker('w1').setTasks('a', 1);
    cluster.settle();
    cluster.changeLeader().removeConnector('a');
    expect(told(cluster.rebalance(), 'w1').revoked).toEqual(['a', 'a-0']);
  });
});

describe('what runs on two workers', () => {
  it('is taken from both, and given to one when both have stopped it', () => {
    const cluster = new AssignorScript().addWorker('w1', 'w2').setTasks('a', 1);
    cluster.settle();
    const twice = { connectors: [], tasks: [{ connector: 'a', task: 0 }] };
    cluster.claims('w1', { ...twice, connectors: ['a'] }).claims('w2', twice);

    const first = cluster.rebalance();
    expect(told(first, 'w1')).toEqual({ assigned: [], revoked: ['a-0'] });
    expect(told(first, 'w2')).toEqual({ assigned: [], revoked: ['a-0'] });

    cluster.settle();
    expect([...cluster.owned('w1'), ...cluster.owned('w2')].sort()).toEqual(['a', 'a-0']);
  });
});

describe('lost units without a delay (the default)', () => {
  it('go to the others in the round in which their worker is missed', () => {
    const cluster = new AssignorScript().addWorker('w1', 'w2', 'w3').setTasks('a', 6);
    cluster.settle();
    cluster.removeWorker('w2');
    const result = cluster.rebalance();
    expect(result.delayMs).toBe(0);
    expect(told(result, 'w1').revoked).toEqual([]);
    expect(cluster.loads()).toEqual({ w1: '1/3', w3: '0/3' });
  });

  it('go back to a worker that came back at once', () => {
    const cluster = new AssignorScript().addWorker('w1', 'w2').setTasks('a', 4);
    cluster.settle();
    cluster.removeWorker('w2').addWorker('w2-again');
    expect(cluster.settle()).toBe(1);
    expect(cluster.loads()).toEqual({ w1: '1/2', 'w2-again': '0/2' });
  });
});

describe('lost units with a delay', () => {
  const cluster = (): AssignorScript => {
    const script = new AssignorScript({ maxDelayMs: 5_000 })
      .addWorker('w1', 'w2')
      .setTasks('a', 4)
      .setTasks('b', 0);
    script.settle();
    return script;
  };

  it('wait for their worker, and go to the others when the delay is over', () => {
    const script = cluster().removeWorker('w2');
    expect(script.rebalance().delayMs).toBe(5_000);
    expect(script.loads()).toEqual({ w1: '1/2' });

    expect(script.wait(2_000).rebalance().delayMs).toBe(3_000);
    expect(script.loads()).toEqual({ w1: '1/2' });

    expect(script.wait(3_000).rebalance().delayMs).toBe(0);
    expect(script.loads()).toEqual({ w1: '2/4' });
  });

  it('go to the worker that came back empty meanwhile, when the delay is over', () => {
    const script = cluster();
    const lost = script.owned('w2');
    script.removeWorker('w2').rebalance();
    script.addWorker('w2-again').wait(1_000);
    expect(script.rebalance().delayMs).toBe(4_000);
    expect(script.loads()).toEqual({ w1: '1/2', 'w2-again': '0/0' });

    expect(script.wait(4_000).rebalance().delayMs).toBe(0);
    expect([...script.owned('w2-again')].sort()).toEqual([...lost].sort());
    expect(script.owned('w1')).toHaveLength(3);
  });

  it('do not hold up what is new', () => {
    const script = cluster().removeWorker('w2');
    script.rebalance();
    script.setTasks('c', 1);
    expect(script.wait(1_000).rebalance().delayMs).toBe(4_000);
    expect(script.owned('w1')).toEqual(expect.arrayContaining(['c', 'c-0']));
  });

  it('are given out at once when nobody has left: their workers just never heard of them', () => {
    const script = new AssignorScript({ maxDelayMs: 5_000 }).addWorker('w1', 'w2').setTasks('a', 4);
    script.settle();
    script.claims('w2', NOTHING);
    const result = script.rebalance();
    expect(result.delayMs).toBe(0);
    expect(script.loads()).toEqual({ w1: '1/2', w2: '0/2' });
  });

  it('make nobody wait for a worker that had nothing', () => {
    const script = new AssignorScript({ maxDelayMs: 5_000 }).addWorker('w1', 'w2', 'w3').setTasks('a', 2);
    script.settle();
    script.addWorker('w4').rebalance();
    script.removeWorker('w3');
    expect(script.rebalance().delayMs).toBe(0);
  });

  it('are forgotten when the round that lost them is: then they count as new', () => {
    const script = cluster().removeWorker('w2');
    script.rebalanceInVain();
    expect(script.rebalance().delayMs).toBe(0);
    expect(script.loads()).toEqual({ w1: '2/4' });
  });
});

describe('a revocation that did not take effect', () => {
  it('is made again', () => {
    const cluster = new AssignorScript().addWorker('w1').setTasks('a', 4);
    cluster.settle();
    cluster.addWorker('w2').rebalanceInVain();
    const again = cluster.rebalance();
    expect(told(again, 'w1').revoked).toEqual(['a-0', 'a-1']);
    cluster.settle();
    expect(cluster.loads()).toEqual({ w1: '1/2', w2: '0/2' });
  });
});

describe('revocations in a row', () => {
  /** Every round finds one more worker, so every round has something to take away. */
  function crowd(maxDelayMs: number): { delays: readonly number[]; revoked: readonly number[] } {
    const cluster = new AssignorScript({ maxDelayMs }).addWorker('w0').setTasks('a', 40);
    cluster.settle();
    const rounds = [1, 2, 3, 4].map((index) => {
      cluster.addWorker(`w${index}`);
      return cluster.rebalance();
    });
    return {
      delays: rounds.map(({ delayMs }) => delayMs),
      revoked: rounds.map(({ members }) =>
        [...members.values()].reduce((sum, each) => sum + count(each.revoked), 0),
      ),
    };
  }

  it('follow each other at once without a delay', () => {
    const { delays, revoked } = crowd(0);
    expect(delays).toEqual([0, 0, 0, 0]);
    expect(revoked.every((units) => units > 0)).toBe(true);
  });

  it('are put off by 40 ms to the power of their number, at most by the longest delay', () => {
    const { delays, revoked } = crowd(300_000);
    expect(delays[0]).toBe(0);
    expect(delays[1]).toBe(40);
    expect(revoked[1]).toBe(0);
    expect(crowd(25).delays[1]).toBe(25);
  });

  it('go on when the pause is over', () => {
    const cluster = new AssignorScript({ maxDelayMs: 300_000 }).addWorker('w0').setTasks('a', 40);
    cluster.settle();
    cluster.addWorker('w1').rebalance();
    cluster.addWorker('w2');
    const { delayMs } = cluster.rebalance();
    const next = cluster.wait(delayMs).rebalance();
    expect([...next.members.values()].some(({ revoked }) => count(revoked) > 0)).toBe(true);
    cluster.settle();
    expect(cluster.loads()).toEqual({ w0: '1/14', w1: '0/13', w2: '0/13' });
  });
});

describe('a drained worker', () => {
  it('gives up everything and takes nothing, until it is drained no longer', () => {
    const cluster = new AssignorScript().addWorker('w1', 'w2').setTasks('a', 4).setTasks('b', 0);
    cluster.settle();
    cluster.drain('w1');
    const first = cluster.rebalance();
    expect(told(first, 'w1')).toEqual({ assigned: [], revoked: ['a', 'a-0', 'a-2'] });
    expect(told(first, 'w2')).toEqual({ assigned: [], revoked: [] });
    cluster.settle();
    expect(cluster.loads()).toEqual({ w1: '0/0', w2: '2/4' });

    cluster.setTasks('c', 2).settle();
    expect(cluster.loads()).toEqual({ w1: '0/0', w2: '3/6' });

    cluster.drain('w1', false).settle();
    const { w1, w2 } = cluster.loads();
    expect([w1, w2].sort()).toEqual(['1/3', '2/3']);
  });

  it('is not waited for: what it gives up moves also during a delay', () => {
    const cluster = new AssignorScript({ maxDelayMs: 60_000 }).addWorker('w1', 'w2', 'w3').setTasks('a', 6);
    cluster.settle();
    cluster.removeWorker('w3');
    expect(cluster.rebalance().delayMs).toBe(60_000);
    cluster.drain('w1').rebalance();
    cluster.rebalance();
    expect(cluster.loads()).toEqual({ w1: '0/0', w2: '1/4' });
  });

  it('leaves everything unassigned when there is no other', () => {
    const cluster = new AssignorScript().addWorker('w1').setTasks('a', 2);
    cluster.settle();
    cluster.drain('w1').settle();
    expect(cluster.loads()).toEqual({ w1: '0/0' });
    cluster.addWorker('w2').settle();
    expect(cluster.loads()).toEqual({ w1: '0/0', w2: '1/2' });
  });
});
