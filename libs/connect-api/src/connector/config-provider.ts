import type { Props } from './plugin.ts';

export interface ConfigData {
  readonly data: Readonly<Record<string, string>>;
  /** Milliseconds after which the values may have changed; undefined: never. */
  readonly ttl?: number;
}

/** Resolves `${name:path:key}` references (KIP-297). Used on workers only (design invariant 6). */
export interface ConfigProvider {
  configure(props: Props): void;
  /** Values of `keys` under `path`; a key it does not have is left out. Throws ConfigError when `path` is unreadable. */
  get(path: string, keys: ReadonlySet<string>): ConfigData | Promise<ConfigData>;
  close?(): void | Promise<void>;
}
