import { ConfigError, toError, type ConfigProvider, type Props } from '@millrace/connect-api';
import {
  replaceReferences,
  resolvedReferences,
  wantedKeys,
  type FoundKeys,
  type WantedKeys,
} from './references.ts';

/** A configuration with its references resolved. */
export interface ResolvedProps {
  readonly props: Props;
  /** Milliseconds after which one of the values may have changed; null: never. */
  readonly ttlMs: number | null;
  /** Each reference that was resolved, as it is written, and the value it stands for: what must not be shown. */
  readonly references: ReadonlyMap<string, string>;
}

/**
 * Resolves `${provider:[path:]key}` in the values of a configuration (KIP-297): any number in one value, each path asked once, not
 * recursive. What no provider knows stays as it is written. Used on workers only, at start and in validation (design invariant 6).
 */
export class ConfigTransformer {
  readonly #providers: ReadonlyMap<string, ConfigProvider>;

  constructor(providers: ReadonlyMap<string, ConfigProvider>) {
    this.#providers = providers;
  }

  /** Throws ConfigError when a provider cannot read what a reference names. */
  async resolve(props: Props): Promise<Props> {
    return (await this.resolveWithTtl(props)).props;
  }

  /** As {@link resolve}, with the shortest time that a provider vouches for its values. */
  async resolveWithTtl(props: Props): Promise<ResolvedProps> {
    const wanted = wantedKeys(props).filter(({ provider }) => this.#providers.has(provider));
    const found = await Promise.all(wanted.map((each) => this.#ask(each)));
    const ttls = found.flatMap(({ data }) => (data.ttl === undefined || data.ttl < 0 ? [] : [data.ttl]));
    return {
      props: replaceReferences(props, found),
      ttlMs: ttls.length === 0 ? null : Math.min(...ttls),
      references: new Map(found.flatMap(resolvedReferences)),
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#providers.values()].map(async (provider) => provider.close?.()));
  }

  async #ask(wanted: WantedKeys): Promise<FoundKeys> {
    const provider = this.#providers.get(wanted.provider);
    try {
      return { ...wanted, data: (await provider?.get(wanted.path, wanted.keys)) ?? { data: {} } };
    } catch (error) {
      throw providerError(wanted, error);
    }
  }
}

/** ConfigErrors say what is wrong by themselves; anything else needs to be told where it came from. */
export function providerError({ provider, path }: WantedKeys, error: unknown): ConfigError {
  return error instanceof ConfigError
    ? error
    : new ConfigError(`Config provider '${provider}' failed for path '${path}': ${toError(error).message}`, {
        cause: error,
      });
}
