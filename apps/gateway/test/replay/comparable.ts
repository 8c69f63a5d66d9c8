import type { RestCase } from './cases.ts';

/** Classes that the JVM's distribution has and ours has not. */
const NOT_OURS = /^org\.apache\.kafka\.connect\.mirror\./;
/** After the list of what is available, everybody's own. */
const AVAILABLE = /(available connectors are: ).*$/s;

/**
 * A body without what two servers cannot have in common: the order of what has none, traces, times, which worker has what while
 * there are several, and the connectors there are to choose from.
 */
export function comparable(body: unknown, { request, name }: RestCase, phase: number): unknown {
  const manyWorkers = phase === 1;
  const normal = normalised(body, manyWorkers);
  if (Array.isArray(normal) && request.path.startsWith('/connector-plugins?')) {
    return normal.filter((plugin) => !isNotOurs(plugin));
  }
  if (Array.isArray(normal) && request.path === '/connector-plugins') {
    return normal.filter((plugin) => !isNotOurs(plugin));
  }
  if (
    Array.isArray(normal) &&
    normal.every((item) => typeof item === 'string') &&
    !name.startsWith('logger')
  ) {
    return [...normal].sort();
  }
  return normal;
}

function isNotOurs(plugin: unknown): boolean {
  const className = (plugin as { readonly class: string }).class;
  return NOT_OURS.test(className) || className.startsWith('millrace.');
}

function normalised(value: unknown, manyWorkers: boolean): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => normalised(item, manyWorkers));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const fields = Object.entries(value).map(([key, item]) => [key, field(key, item, manyWorkers)] as const);
  return Object.fromEntries(
    isClientSetting(value) ? fields.filter(([key]) => key !== 'documentation') : fields,
  );
}

/** Kafka's texts on the settings of its clients are not repeated here. */
function isClientSetting(value: object): boolean {
  return (
    'name' in value &&
    typeof value.name === 'string' &&
    /^(?:producer|consumer|admin)\.override\./.test(value.name)
  );
}

function field(key: string, value: unknown, manyWorkers: boolean): unknown {
  switch (key) {
    case 'trace':
      return 'a trace';
    case 'worker_id':
      return manyWorkers ? 'a worker' : value;
    case 'last_modified':
      return value === null ? null : 'a time';
    case 'message':
      return typeof value === 'string' ? value.replace(AVAILABLE, '$1…') : value;
    case 'offsets':
    case 'topics':
      return Array.isArray(value) ? sorted(value.map((item) => normalised(item, manyWorkers))) : value;
    default:
      return normalised(value, manyWorkers);
  }
}

function sorted(items: readonly unknown[]): readonly unknown[] {
  return items
    .map((item) => JSON.stringify(sortedKeys(item)))
    .sort()
    .map((text) => JSON.parse(text) as unknown);
}

function sortedKeys(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => [key, sortedKeys(item)]),
      )
    : value;
}
