import {
  ConfigError,
  javaRegExp,
  type ConfigData,
  type ConfigProvider,
  type Props,
} from '@millrace/connect-api';

/** `${env:NAME}`: an environment variable whose name matches `allowlist.pattern` as a whole. The JVM's EnvVarConfigProvider. */
export class EnvVarConfigProvider implements ConfigProvider {
  readonly #env: Readonly<Record<string, string | undefined>>;
  #allowed: RegExp | null = null;

  constructor(env: Readonly<Record<string, string | undefined>> = process.env) {
    this.#env = env;
  }

  configure(props: Props): void {
    const pattern = props['allowlist.pattern'] ?? null;
    try {
      this.#allowed = pattern === null ? null : javaRegExp(pattern, 'matches');
    } catch (error) {
      throw ConfigError.invalidValue(
        'allowlist.pattern',
        pattern,
        error instanceof Error ? error.message : undefined,
      );
    }
  }

  get(path: string, keys: ReadonlySet<string>): ConfigData {
    if (path !== '') {
      throw new ConfigError(`Path is not supported for EnvVarConfigProvider, invalid value '${path}'`);
    }
    const entries = [...keys].flatMap((key) => {
      const value = Object.hasOwn(this.#env, key) ? this.#env[key] : undefined;
      return value === undefined || this.#allowed?.test(key) === false ? [] : [[key, value] as const];
    });
    return { data: Object.fromEntries(entries) };
  }
}
