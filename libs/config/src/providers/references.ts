import type { ConfigData, Props } from '@millrace/connect-api';

/** `${provider:[path:]key}`, as the JVM finds it in values (spec/runtime.md section 9). */
const REFERENCE = /\$\{([^}]*?):(?:([^}]*?):)?([^}]*?)\}/g;

/** One provider's path, and the keys under it that a configuration refers to. */
export interface WantedKeys {
  readonly provider: string;
  /** Empty where the reference has none. */
  readonly path: string;
  readonly keys: ReadonlySet<string>;
}

/** What a provider gave for a {@link WantedKeys}. */
export interface FoundKeys extends WantedKeys {
  readonly data: ConfigData;
}

/** Everything that the values of a configuration refer to, each path once. */
export function wantedKeys(props: Props): WantedKeys[] {
  const wanted = new Map<string, { provider: string; path: string; keys: Set<string> }>();
  for (const value of Object.values(props)) {
    for (const [, provider = '', path = '', key = ''] of (value ?? '').matchAll(REFERENCE)) {
      const id = JSON.stringify([provider, path]);
      const entry = wanted.get(id) ?? { provider, path, keys: new Set() };
      entry.keys.add(key);
      wanted.set(id, entry);
    }
  }
  return [...wanted.values()];
}

/** The configuration with what was found put in; a reference to anything else stays as it is written. Not recursive. */
export function replaceReferences(props: Props, found: readonly FoundKeys[]): Props {
  const values = new Map(
    found.flatMap(({ provider, path, data }) =>
      Object.entries(data.data).map(
        ([key, value]) => [JSON.stringify([provider, path, key]), value] as const,
      ),
    ),
  );
  return Object.fromEntries(
    Object.entries(props).map(([name, value]) => [
      name,
      value?.replace(
        REFERENCE,
        (reference, provider: string, path: string | undefined, key: string) =>
          values.get(JSON.stringify([provider, path ?? '', key])) ?? reference,
      ) ?? null,
    ]),
  );
}

/** The references that were found, as they are written, with their values. */
export function resolvedReferences({ provider, path, keys, data }: FoundKeys): [string, string][] {
  const start = path === '' ? provider : `${provider}:${path}`;
  return [...keys].flatMap((key) => {
    const value = Object.hasOwn(data.data, key) ? data.data[key] : undefined;
    return value === undefined ? [] : [[`\${${start}:${key}}`, value] as [string, string]];
  });
}

/** Whether a value refers to a provider. */
export function hasReference(value: string): boolean {
  return value.search(REFERENCE) !== -1;
}
