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
    const names = [...keys].filter((key) => isFileName(key) && isFile(join(folder, key)));
    return { data: Object.fromEntries(names.map((name) => [name, this.#read(path, name)])) };
  }

  #read(path: string, name: string): string {
    try {
      return readFileSync(this.#paths.check(join(path, name)), 'utf8');
    } catch (error) {
      if (error instanceof ConfigError) {
        throw error;
      }
      throw new ConfigError(`Could not read file ${join(path, name)} for property ${name}`, { cause: error });
    }
  }
}

/** A key is a name in the folder, never a way out of it. */
function isFileName(key: string): boolean {
  return key !== '' && !key.includes('/') && !key.includes('\\') && !key.includes('\0');
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
