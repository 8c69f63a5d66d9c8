import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLUGIN_TYPES, type PluginType } from '../plugin-types.ts';

/** One plugin of a package, as its `package.json` declares it. */
export interface ManifestPlugin {
  readonly class: string;
  readonly type: PluginType;
  /** Name of the export of the package's module. */
  readonly export: string;
  readonly version: string;
}

/** What a package's `package.json` says of its plugins. */
export interface Manifest {
  readonly folder: string;
  readonly plugins: readonly ManifestPlugin[];
  /** What is wrong with entries that were left out. */
  readonly problems: readonly string[];
}

/** The JVM's word for a plugin that does not say its version. */
const NO_VERSION = 'undefined';

/**
 * Reads a folder's manifest; null when it is no plugin, which is a folder without `package.json` or without a `millrace` in it. Never throws:
 * what cannot be read is a problem.
 */
export function readManifest(folder: string): Manifest | null {
  let text: string;
  try {
    text = readFileSync(join(folder, 'package.json'), 'utf8');
  } catch {
    return null;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { folder, plugins: [], problems: [`package.json is not JSON: ${String(error)}`] };
  }
  const content = isObject(parsed) ? parsed : {};
  const section = content['millrace'];
  if (section === undefined) {
    return null;
  }
  const entries: unknown = isObject(section) ? section['plugins'] : undefined;
  if (!Array.isArray(entries)) {
    return { folder, plugins: [], problems: ['"millrace" has no list "plugins"'] };
  }
  const packageVersion = textOf(content['version']) ?? NO_VERSION;
  const checked = entries.map((entry: unknown, index) => manifestPlugin(entry, index, packageVersion));
  return {
    folder,
    plugins: checked.filter((each) => typeof each !== 'string'),
    problems: checked.filter((each) => typeof each === 'string'),
  };
}

function manifestPlugin(entry: unknown, index: number, packageVersion: string): ManifestPlugin | string {
  const where = `plugins[${index}]`;
  if (!isObject(entry)) {
    return `${where} is not an object`;
  }
  const className = textOf(entry['class']);
  const exported = textOf(entry['export']);
  if (className === null || exported === null) {
    return `${where} needs the texts "class" and "export"`;
  }
  const type = PLUGIN_TYPES.find((known) => known === entry['type']);
  if (type === undefined) {
    return `${where} (${className}): "type" must be one of ${PLUGIN_TYPES.join(', ')}`;
  }
  return { class: className, type, export: exported, version: textOf(entry['version']) ?? packageVersion };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
