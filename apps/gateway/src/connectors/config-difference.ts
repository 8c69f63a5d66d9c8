import type { ConfigChange, ConfigInfos } from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';
import { HIDDEN } from './config-mask.ts';

const REFERENCE = /^\$\{[^}]*\}$/;

/** The keys that two configurations differ in, sorted. */
export function configDifference(before: Props, after: Props): readonly ConfigChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const change = { key, before: before[key] ?? null, after: after[key] ?? null };
    return change.before === change.after ? [] : [change];
  });
}

/** Hides passwords given in clear; references stay, since they say nothing (design invariant 6). */
export function withoutSecrets(config: Props, infos: ConfigInfos): Readonly<Record<string, string | null>> {
  const passwords = new Set(
    infos.configs
      .filter(({ definition }) => definition.type === 'PASSWORD')
      .map(({ definition }) => definition.name),
  );
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, passwords.has(key) ? hidden(value) : value]),
  );
}

/** Changes of passwords show that they change, not to what. */
export function changesWithoutSecrets(
  changes: readonly ConfigChange[],
  infos: ConfigInfos,
): readonly ConfigChange[] {
  return changes.map(({ key, before, after }) => ({
    key,
    before: withoutSecrets({ [key]: before }, infos)[key] ?? null,
    after: withoutSecrets({ [key]: after }, infos)[key] ?? null,
  }));
}

function hidden(value: string | null): string | null {
  return value === null || REFERENCE.test(value) ? value : HIDDEN;
}
