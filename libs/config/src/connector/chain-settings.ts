import type { Props } from '@millrace/connect-api';

const CHAINS = ['transforms', 'predicates'] as const;

/**
 * What of a connector's configuration decides what its transforms do: the lists of transforms and predicates, and the settings of those that are
 * in them.
 */
export function chainSettings(config: Props): Props {
  const used = CHAINS.flatMap((chain) => [
    { exact: chain, prefix: null },
    ...aliases(config[chain] ?? '').map((alias) => ({ exact: null, prefix: `${chain}.${alias}.` })),
  ]);
  return Object.fromEntries(
    Object.entries(config).filter(([key]) =>
      used.some(({ exact, prefix }) => key === exact || (prefix !== null && key.startsWith(prefix))),
    ),
  );
}

function aliases(list: string): readonly string[] {
  return list
    .split(',')
    .map((alias) => alias.trim())
    .filter((alias) => alias !== '');
}
