import { clientConfigDef, hasReference, type ClientKind } from '@millrace/config';
import type { ConfigKeyInfo } from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';
import { HIDDEN, type ConfigMask } from './config-mask.ts';

/** Describes a plugin's settings; throws when it cannot be asked. */
export type DescribePlugin = (name: string) => Promise<readonly ConfigKeyInfo[]>;

const CLIENTS: readonly ClientKind[] = ['producer', 'consumer', 'admin'];
const CONVERTERS = ['key.converter', 'value.converter', 'header.converter'] as const;
const CHAINS = ['transforms', 'predicates'] as const;

/** What looks like a secret, where no plugin can be asked. */
const SECRETIVE = /passw|secret|token|credential|jaas|private|api.?key/i;

/** Hides PASSWORD values that are given in clear (`rest.mask.passwords`); references stay, since they say nothing. */
export class PasswordMask implements ConfigMask {
  readonly #describe: DescribePlugin;
  /** The names of a plugin's passwords; null when nobody knows. */
  readonly #known = new Map<string, Promise<ReadonlySet<string> | null>>();

  constructor(describe: DescribePlugin) {
    this.#describe = describe;
  }

  async shown(config: Props): Promise<Props> {
    const secret = await Promise.all(Object.keys(config).map((key) => this.#isPassword(key, config)));
    const entries = Object.entries(config).map(([key, value], index) => [
      key,
      secret[index] === true && value !== null && !hasReference(value) ? HIDDEN : value,
    ]);
    return Object.fromEntries(entries) as Props;
  }

  restored(given: Props, current: Props | undefined): Props {
    const entries = Object.entries(given).map(([key, value]) => [
      key,
      value === HIDDEN ? (current?.[key] ?? value) : value,
    ]);
    return Object.fromEntries(entries) as Props;
  }

  async #isPassword(key: string, config: Props): Promise<boolean> {
    const client = CLIENTS.find((kind) => key.startsWith(`${kind}.override.`));
    if (client !== undefined) {
      const setting = key.slice(`${client}.override.`.length);
      return clientConfigDef(client).key(setting)?.type === 'PASSWORD';
    }
    const { plugin, setting } = ownerOf(key, config);
    const passwords = plugin === null ? null : await this.#passwordsOf(plugin);
    return passwords === null ? SECRETIVE.test(key) : passwords.has(setting);
  }

  #passwordsOf(plugin: string): Promise<ReadonlySet<string> | null> {
    const known = this.#known.get(plugin);
    if (known !== undefined) {
      return known;
    }
    const asked = this.#ask(plugin);
    this.#known.set(plugin, asked);
    return asked;
  }

  async #ask(plugin: string): Promise<ReadonlySet<string> | null> {
    try {
      const keys = await this.#describe(plugin);
      return new Set(keys.filter(({ type }) => type === 'PASSWORD').map(({ name }) => name));
    } catch {
      // It may come later; until then its names have to do.
      this.#known.delete(plugin);
      return null;
    }
  }
}

/** The plugin that defines a key, and the key's name there. */
function ownerOf(key: string, config: Props): { readonly plugin: string | null; readonly setting: string } {
  const converter = CONVERTERS.find((name) => key.startsWith(`${name}.`));
  if (converter !== undefined) {
    return { plugin: config[converter] ?? null, setting: key.slice(converter.length + 1) };
  }
  const [chain, alias, ...rest] = key.split('.');
  if (alias !== undefined && rest.length > 0 && CHAINS.some((name) => name === chain)) {
    return { plugin: config[`${chain ?? ''}.${alias}.type`] ?? null, setting: rest.join('.') };
  }
  return { plugin: config['connector.class'] ?? null, setting: key };
}
