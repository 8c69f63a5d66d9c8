import { byText, type Unit, type Units } from './units.ts';

type Kind = 'connectors' | 'tasks';

function kindOf(unit: Unit): Kind {
  return unit.task === null ? 'connectors' : 'tasks';
}

/** What a worker is to have at the end of a round, while the round is being made. */
export class WorkerLoad {
  readonly worker: string;
  readonly #units: Map<string, Unit>;

  constructor(worker: string, units: Units) {
    this.worker = worker;
    this.#units = new Map(units);
  }

  get units(): Units {
    return this.#units;
  }

  of(kind: Kind): readonly [string, Unit][] {
    return [...this.#units].filter(([, unit]) => kindOf(unit) === kind);
  }

  assign(key: string, unit: Unit): void {
    this.#units.set(key, unit);
  }

  /** Puts a unit where it is the first to be taken away again. */
  assignFirst(key: string, unit: Unit): void {
    const rest = [...this.#units];
    this.#units.clear();
    for (const [each, value] of [[key, unit] as const, ...rest]) {
      this.#units.set(each, value);
    }
  }

  remove(key: string): void {
    this.#units.delete(key);
  }
}

/**
 * What to take from whom so that connectors and tasks, each for themselves, come to be spread with counts that differ by at
 * most one, once all that is configured is given out; no more than that. Nothing is taken from workers that have too little.
 */
export function balancingRevocations(
  configured: Units,
  loads: readonly WorkerLoad[],
): ReadonlyMap<string, Units> {
  const revocations = new Map<string, Map<string, Unit>>();
  for (const kind of ['connectors', 'tasks'] as const) {
    const total = [...configured.values()].filter((unit) => kindOf(unit) === kind).length;
    const fewest = Math.floor(total / loads.length);
    let extras = total % loads.length;
    for (const load of loads) {
      const has = load.of(kind);
      if (has.length <= fewest) {
        continue;
      }
      const keeps = extras > 0 ? fewest + 1 : fewest;
      extras -= 1;
      const taken = has.slice(0, Math.max(0, has.length - keeps));
      const all = revocations.get(load.worker) ?? new Map<string, Unit>();
      for (const [key, unit] of taken) {
        all.set(key, unit);
      }
      if (all.size > 0) {
        revocations.set(load.worker, all);
      }
    }
  }
  return revocations;
}

/** Gives each unit to the worker with the fewest of its kind; among equals to the one that had fewest at first, then by member id. */
export function distribute(units: Units, loads: readonly WorkerLoad[]): void {
  for (const kind of ['connectors', 'tasks'] as const) {
    const counts = loads
      .map((load) => ({ load, count: load.of(kind).length }))
      .sort((a, b) => a.count - b.count || byText(a.load.worker, b.load.worker));
    for (const [key, unit] of units) {
      const fewest = Math.min(...counts.map(({ count }) => count));
      const chosen = counts.find(({ count }) => count === fewest);
      if (kindOf(unit) === kind && chosen !== undefined) {
        chosen.load.assign(key, unit);
        chosen.count += 1;
      }
    }
  }
}
