import { readFileSync } from 'node:fs';
import { ConfigError, type ConfigData, type ConfigProvider, type Props } from '@millrace/connect-api';
import { parseProperties } from '../properties/properties-file.ts';
import { AllowedPaths } from './allowed-paths.ts';

/** `${file:path:key}`: a key of a properties file. The JVM's FileConfigProvider. */
export class FileConfigProvider implements ConfigProvider {
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
    const file = this.#paths.check(path);
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      throw new ConfigError(`Could not read properties from file ${path}`, { cause: error });
    }
    const { props } = parseProperties(text, path);
    return { data: Object.fromEntries(Object.entries(props).filter(([key]) => keys.has(key))) };
  }
}
