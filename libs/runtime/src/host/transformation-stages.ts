import { ConfigError, type Predicate, type Props, type Transformation } from '@millrace/connect-api';
import type { PluginRegistry } from '@millrace/plugins';
import type { TransformationStage } from '../task/transformation-chain.ts';
import { nameList } from './name-list.ts';

/** A stage whose predicate is named, for those who show what it does. */
export interface NamedStage extends TransformationStage {
  readonly predicateName: PredicateName | null;
}

export interface PredicateName {
  readonly alias: string;
  readonly className: string;
}

interface ConfiguredPredicate {
  readonly name: PredicateName;
  readonly predicate: Predicate;
}

/** Loads and configures the transforms of a connector, in order, with their predicates. Throws ConfigError and what plugins throw. */
export async function transformationStages(
  registry: PluginRegistry,
  connector: Props,
): Promise<readonly NamedStage[]> {
  const predicates = await configuredPredicates(registry, connector);
  const stages: NamedStage[] = [];
  for (const alias of nameList(connector, 'transforms')) {
    const props = withPrefix(connector, `transforms.${alias}.`);
    const className = typeOf(props, `transforms.${alias}.type`);
    const transformation: Transformation = await registry.transformation(className);
    transformation.configure(props);
    const predicate = props['predicate'] ?? '';
    if (predicate !== '' && !predicates.has(predicate)) {
      throw ConfigError.invalidValue(
        `transforms.${alias}.predicate`,
        predicate,
        'no predicate has this alias',
      );
    }
    const configured = predicates.get(predicate);
    stages.push({
      alias,
      className,
      transformation,
      predicate: configured?.predicate ?? null,
      predicateName: configured?.name ?? null,
      negate: props['negate']?.toLowerCase() === 'true',
    });
  }
  return stages;
}

/** The entries under a prefix, without it. */
export function withPrefix(props: Props, prefix: string): Props {
  return Object.fromEntries(
    Object.entries(props).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}

async function configuredPredicates(
  registry: PluginRegistry,
  connector: Props,
): Promise<ReadonlyMap<string, ConfiguredPredicate>> {
  const predicates = new Map<string, ConfiguredPredicate>();
  for (const alias of nameList(connector, 'predicates')) {
    const props = withPrefix(connector, `predicates.${alias}.`);
    const className = typeOf(props, `predicates.${alias}.type`);
    const predicate = await registry.predicate(className);
    predicate.configure(props);
    predicates.set(alias, { name: { alias, className }, predicate });
  }
  return predicates;
}

function typeOf(props: Props, key: string): string {
  const type = props['type'] ?? '';
  if (type === '') {
    throw new ConfigError(`Missing required configuration "${key}" which has no default value.`, { key });
  }
  return type;
}
