import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type ConfigData, type ConfigProvider, type Props } from '@millrace/connect-api';
import { AllowedPaths } from './allowed-paths.ts';

/** `${directory:path:key}`: the whole content of the file `key` in a folder. The JVM's DirectoryConfigProvider. */
export class DirectoryConfigProvider implements ConfigProvider {
  readonly #baseDir: string;
  #paths: AllowedPaths;

  /** `baseDir`: where relative paths start. */
  constructor(baseDir: string = process.cwd()) {
    this.#baseDir = baseDir;
    this.#paths = new AllowedPaths({}, baseDir);
  }

  configure(props: Props): void {
    this.#paths = new AllowedPaths(props, this.#baseDir);
  }

  get(path: string, keys: ReadonlySet<string>): ConfigData {
    if (path === '') {
      return { data: {} };
    }
    const folder = this.#paths.check(path);
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new ConfigError(`The path ${path} is not a directory`);
    }
    const entries = [...keys].filter(isFileName).flatMap((key) => {
      const content = this.#read(path, key);
      return content === null ? [] : [[key, content] as const];
    });
    return { data: Object.fromEntries(entries) };
  }

  /** null when there is no such file. */
  #read(path: string, name: string): string | null {
    const file = this.#paths.check(join(path, name));
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'EISDIR') {
        return null;
      }
      throw new ConfigError(`Could not read file ${join(path, name)} for property ${name}`, { cause: error });
    }
  }
}

/** A key is a name in the folder, never a way out of it. */
function isFileName(key: string): boolean {
  return !['', '.', '..'].includes(key) && !/[/\\\0]/.test(key);
}
