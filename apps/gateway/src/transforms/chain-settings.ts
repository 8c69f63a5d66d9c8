import { hasReference } from '@millrace/config';
import type { Props } from '@millrace/topic-stores';

const CHAIN = /^(transforms|predicates)(\.|$)/;
const CLASS = /^(?:transforms|predicates)\.[^.]+\.type$/;

/** What of a connector's configuration decides what its transforms do. */
export function chainSettings(config: Props): Props {
  return Object.fromEntries(Object.entries(config).filter(([key]) => CHAIN.test(key)));
}

/** Classes of transforms and predicates that a chain names. */
export function chainClasses(chain: Props): readonly string[] {
  return Object.entries(chain).flatMap(([key, value]) => (CLASS.test(key) && value !== null ? [value] : []));
}

/** Whether a chain needs what only workers know. */
export function chainHasReferences(chain: Props): boolean {
  return Object.values(chain).some((value) => value !== null && hasReference(value));
}
