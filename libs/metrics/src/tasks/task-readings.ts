/** What one task measured of itself. */
export interface TaskReading {
  readonly connector: string;
  readonly task: number;
  /** By attribute of the JVM's task groups; what is not known is absent. */
  readonly values: Readonly<Record<string, number>>;
  /** Why the task does not move though it is RUNNING and there is work; null: it moves. */
  readonly stalled: string | null;
}

/** What a worker publishes of its tasks as `status-metrics-<workerId>` (design section 4). */
export interface TaskReadings {
  /** When they were read, milliseconds since the epoch. */
  readonly timestamp: number;
  /** Milliseconds after which the next ones follow. */
  readonly intervalMs: number;
  readonly tasks: readonly TaskReading[];
}

interface EncodedTask {
  readonly connector: string;
  readonly task: number;
  readonly values: readonly number[];
  readonly stalled?: string;
}

/** Tasks that measure the same attributes, whose names are written once. */
interface EncodedGroup {
  readonly attributes: readonly string[];
  readonly tasks: readonly EncodedTask[];
}

/**
 * The value of the record. A worker with a thousand tasks must fit into one: attributes are named once for all tasks that have the same,
 * and numbers keep three decimals. Texts (classes, versions) are not in it: they follow from configurations and statuses.
 */
export function encodeTaskReadings({ timestamp, intervalMs, tasks }: TaskReadings): unknown {
  const groups = Map.groupBy(tasks, ({ values }) => Object.keys(values).join());
  return {
    timestamp,
    intervalMs,
    groups: [...groups.values()].map((alike): EncodedGroup => ({
      attributes: Object.keys(alike[0]?.values ?? {}),
      tasks: alike.map(({ connector, task, values, stalled }) => ({
        connector,
        task,
        values: Object.values(values).map(rounded),
        ...(stalled === null ? {} : { stalled }),
      })),
    })),
  };
}

/** Reads the value of such a record, which others may have written; null for one that says nothing. */
export function decodeTaskReadings(value: unknown): TaskReadings | null {
  const fields = fieldsOf(value);
  const groups = fields?.['groups'];
  const timestamp = fields?.['timestamp'];
  const intervalMs = fields?.['intervalMs'];
  if (!Array.isArray(groups) || !isNumber(timestamp) || !isNumber(intervalMs)) {
    return null;
  }
  return { timestamp, intervalMs, tasks: groups.flatMap(tasksOf) };
}

function tasksOf(group: unknown): readonly TaskReading[] {
  const fields = fieldsOf(group);
  const attributes: unknown = fields?.['attributes'];
  const tasks: unknown = fields?.['tasks'];
  if (!Array.isArray(attributes) || !Array.isArray(tasks)) {
    return [];
  }
  return tasks.flatMap((task) => taskOf(attributes, fieldsOf(task)) ?? []);
}

function taskOf(attributes: readonly unknown[], fields: Fields | null): TaskReading | null {
  const connector = fields?.['connector'];
  const task = fields?.['task'];
  const numbers: unknown = fields?.['values'];
  const stalled = fields?.['stalled'];
  if (typeof connector !== 'string' || !isNumber(task) || !Array.isArray(numbers)) {
    return null;
  }
  const values: Record<string, number> = {};
  attributes.forEach((attribute, index) => {
    const number: unknown = numbers[index];
    if (typeof attribute === 'string' && isNumber(number)) {
      values[attribute] = number;
    }
  });
  return { connector, task, values, stalled: typeof stalled === 'string' ? stalled : null };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
