import type { ConnectorsAndTasks } from '../types.ts';

/** What is assigned as one piece: a connector (`task` null) or one of its tasks. */
export interface Unit {
  readonly connector: string;
  readonly task: number | null;
}

/** Units by their keys, in an order that matters: it decides who gets what and what is taken first. */
export type Units = ReadonlyMap<string, Unit>;

export const NO_UNITS: Units = new Map();

function unitKey(unit: Unit): string {
  return unit.task === null ? unit.connector : `${unit.task}/${unit.connector}/`;
}

/** Connectors first, then tasks, each in the order given. */
export function unitsOf(of: ConnectorsAndTasks): Units {
  const all = [...of.connectors.map((connector) => ({ connector, task: null })), ...of.tasks];
  return new Map(all.map((unit) => [unitKey(unit), unit]));
}

/** As {@link unitsOf}, connectors by name and tasks by connector and number. */
export function sortedUnits(of: ConnectorsAndTasks): Units {
  return unitsOf({
    connectors: [...of.connectors].sort(byText),
    tasks: [...of.tasks].sort((a, b) => byText(a.connector, b.connector) || a.task - b.task),
  });
}

export function connectorsAndTasks(units: Units): ConnectorsAndTasks {
  const all = [...units.values()];
  return {
    connectors: all.filter(({ task }) => task === null).map(({ connector }) => connector),
    tasks: all.flatMap(({ connector, task }) => (task === null ? [] : [{ connector, task }])),
  };
}

export function union(...sets: readonly Units[]): Units {
  return new Map(sets.flatMap((set) => [...set]));
}

export function minus(from: Units, ...sets: readonly Units[]): Units {
  return new Map([...from].filter(([key]) => !sets.some((set) => set.has(key))));
}

export function intersection(of: Units, other: Units): Units {
  return new Map([...of].filter(([key]) => other.has(key)));
}

/** Order by UTF-16 code units, which is the same on every worker whatever its locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
