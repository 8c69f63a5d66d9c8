import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The file that `import` of a package gives: the `.` of its `exports` under the conditions of this process, else its `main`, else `index.js`.
 * Throws an Error that says what is missing.
 */
export function packageEntry(folder: string, conditions: ReadonlySet<string> = activeConditions()): string {
  const content = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Readonly<
    Record<string, unknown>
  >;
  const exported = content['exports'];
  if (exported === undefined || exported === null) {
    const main = content['main'];
    return join(folder, typeof main === 'string' ? main : 'index.js');
  }
  const root = isObject(exported) && '.' in exported ? exported['.'] : exported;
  const target = resolveTarget(root, conditions);
  if (target === null) {
    throw new Error('the "exports" of its package.json have no entry for "import"');
  }
  return join(folder, target);
}

/** Those of `import`, and what the process was started with (`--conditions`). */
function activeConditions(): ReadonlySet<string> {
  const flags = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)];
  const custom = flags.flatMap((flag, index) => {
    const inline = /^(?:--conditions|-C)=(.+)$/.exec(flag)?.[1];
    return inline ?? (flag === '--conditions' || flag === '-C' ? (flags[index + 1] ?? []) : []);
  });
  return new Set(['node', 'import', 'module-sync', 'default', ...custom]);
}

/** Of an object the first key that is a condition counts; of a list the first that leads somewhere. */
function resolveTarget(target: unknown, conditions: ReadonlySet<string>): string | null {
  if (typeof target === 'string') {
    return target;
  }
  if (Array.isArray(target)) {
    return target.reduce<string | null>((found, each) => found ?? resolveTarget(each, conditions), null);
  }
  if (!isObject(target)) {
    return null;
  }
  for (const [condition, inner] of Object.entries(target)) {
    const found = conditions.has(condition) ? resolveTarget(inner, conditions) : null;
    if (found !== null) {
      return found;
    }
  }
  return null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
