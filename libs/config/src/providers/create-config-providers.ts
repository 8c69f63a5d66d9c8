import { ConfigError, type ConfigProvider, type Props } from '@millrace/connect-api';
import { DirectoryConfigProvider } from './directory-config-provider.ts';
import { EnvVarConfigProvider } from './env-var-config-provider.ts';
import { FileConfigProvider } from './file-config-provider.ts';

const PACKAGE = 'org.apache.kafka.common.config.provider.';

/** The built-in providers by the JVM's class names; each also goes by its simple name and without `ConfigProvider`. */
const BUILT_IN: Readonly<Record<string, (baseDir: string) => ConfigProvider>> = {
  FileConfigProvider: (baseDir) => new FileConfigProvider(baseDir),
  DirectoryConfigProvider: (baseDir) => new DirectoryConfigProvider(baseDir),
  EnvVarConfigProvider: () => new EnvVarConfigProvider(),
};

export interface ConfigProviderOptions {
  /** Where relative paths start: the folder of the worker's properties file. */
  readonly baseDir: string;
  /** Makes a provider that is not built in, by its class name; without it naming one is an error. */
  readonly create?: (className: string) => ConfigProvider | Promise<ConfigProvider>;
}

/** Built-in config providers as plugins, for the registry's lists. */
export const configProviderPlugins: readonly {
  readonly class: string;
  readonly type: 'config_provider';
  readonly version: string;
  readonly create: () => unknown;
}[] = Object.entries(BUILT_IN).map(([name, create]) => ({
  class: PACKAGE + name,
  type: 'config_provider',
  version: '4.3.1',
  create: () => create(process.cwd()),
}));

/** A provider that the worker's properties name: `config.providers`, `config.providers.<name>.class`, `….param.<x>`. */
export interface DeclaredProvider {
  readonly name: string;
  readonly className: string;
  readonly params: Props;
}

/** The providers that a worker's properties declare. Throws ConfigError for one without a class. */
export function declaredProviders(workerProps: Props): DeclaredProvider[] {
  const names = (workerProps['config.providers'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return [...new Set(names)].map((name) => {
    const prefix = `config.providers.${name}.`;
    const className = workerProps[`${prefix}class`]?.trim() ?? '';
    if (className === '') {
      throw new ConfigError(
        `Missing required configuration "${prefix}class" which has no default value; 'config.providers' names '${name}'.`,
        { key: `${prefix}class` },
      );
    }
    return { name, className, params: withPrefix(workerProps, `${prefix}param.`) };
  });
}

/** A built-in provider, configured; null for a class that is not built in. */
export function builtInProvider(declared: DeclaredProvider, baseDir: string): ConfigProvider | null {
  const name = Object.keys(BUILT_IN).find((simple) =>
    [PACKAGE + simple, simple, simple.replace(/ConfigProvider$/, '')].includes(declared.className),
  );
  const provider = name === undefined ? undefined : BUILT_IN[name]?.(baseDir);
  provider?.configure(declared.params);
  return provider ?? null;
}

/** Makes and configures the providers that a worker's properties declare, by their names there. Throws ConfigError. */
export async function createConfigProviders(
  workerProps: Props,
  options: ConfigProviderOptions,
): Promise<ReadonlyMap<string, ConfigProvider>> {
  const providers = new Map<string, ConfigProvider>();
  for (const declared of declaredProviders(workerProps)) {
    const builtIn = builtInProvider(declared, options.baseDir);
    providers.set(declared.name, builtIn ?? (await pluginProvider(declared, options)));
  }
  return providers;
}

async function pluginProvider(
  declared: DeclaredProvider,
  options: ConfigProviderOptions,
): Promise<ConfigProvider> {
  const key = `config.providers.${declared.name}.class`;
  if (options.create === undefined) {
    throw ConfigError.invalidValue(
      key,
      declared.className,
      `Class ${declared.className} could not be found.`,
    );
  }
  const provider = await options.create(declared.className);
  provider.configure(declared.params);
  return provider;
}

function withPrefix(props: Props, prefix: string): Props {
  return Object.fromEntries(
    Object.entries(props).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}
