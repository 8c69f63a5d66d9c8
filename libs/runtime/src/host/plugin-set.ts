import { ConfigError, type Predicate, type Props, type Transformation } from '@millrace/connect-api';
import type { PluginRegistry } from '@millrace/plugins';
import type { TaskConverters } from '../task/converters.ts';
import { TransformationChain, type TransformationStage } from '../task/transformation-chain.ts';

const DEFAULT_HEADER_CONVERTER = 'org.apache.kafka.connect.storage.SimpleHeaderConverter';

/** The converters, transforms and predicates of one task, configured. */
export class PluginSet {
  readonly converters: TaskConverters;
  readonly chain: TransformationChain;

  private constructor(converters: TaskConverters, chain: TransformationChain) {
    this.converters = converters;
    this.chain = chain;
  }

  /** Loads and configures them; a connector's own converter settings replace the worker's as a whole. */
  static async create(registry: PluginRegistry, worker: Props, connector: Props): Promise<PluginSet> {
    const key = converterProps('key.converter', worker, connector);
    const value = converterProps('value.converter', worker, connector);
    const header = converterProps('header.converter', worker, connector, DEFAULT_HEADER_CONVERTER);
    const converters: TaskConverters = {
      key: await registry.converter(key.className),
      keyClass: key.className,
      value: await registry.converter(value.className),
      valueClass: value.className,
      header: await registry.headerConverter(header.className),
      headerClass: header.className,
    };
    converters.key.configure({ ...key.props, 'converter.type': 'key' }, true);
    converters.value.configure({ ...value.props, 'converter.type': 'value' }, false);
    converters.header.configure({ ...header.props, 'converter.type': 'header' });
    return new PluginSet(converters, new TransformationChain(await transformations(registry, connector)));
  }

  close(): void {
    this.converters.key.close?.();
    this.converters.value.close?.();
    this.converters.header.close?.();
    this.chain.close();
  }
}

function converterProps(
  name: string,
  worker: Props,
  connector: Props,
  fallback?: string,
): { className: string; props: Props } {
  const from = (connector[name] ?? '') === '' ? worker : connector;
  const className = from[name] ?? fallback ?? '';
  if (className === '') {
    throw new ConfigError(`Missing required configuration "${name}" which has no default value.`, {
      key: name,
    });
  }
  return { className, props: withPrefix(from, `${name}.`) };
}

/** The entries under a prefix, without it. */
function withPrefix(props: Props, prefix: string): Props {
  return Object.fromEntries(
    Object.entries(props).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}

function aliases(props: Props, key: string): readonly string[] {
  return (props[key] ?? '')
    .split(',')
    .map((alias) => alias.trim())
    .filter((alias) => alias !== '');
}

async function transformations(
  registry: PluginRegistry,
  connector: Props,
): Promise<readonly TransformationStage[]> {
  const predicates = new Map<string, Predicate>();
  for (const alias of aliases(connector, 'predicates')) {
    const props = withPrefix(connector, `predicates.${alias}.`);
    const predicate = await registry.predicate(typeOf(props, `predicates.${alias}.type`));
    predicate.configure(props);
    predicates.set(alias, predicate);
  }
  const stages: TransformationStage[] = [];
  for (const alias of aliases(connector, 'transforms')) {
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
    stages.push({
      alias,
      className,
      transformation,
      predicate: predicates.get(predicate) ?? null,
      negate: props['negate']?.toLowerCase() === 'true',
    });
  }
  return stages;
}

function typeOf(props: Props, key: string): string {
  const type = props['type'] ?? '';
  if (type === '') {
    throw new ConfigError(`Missing required configuration "${key}" which has no default value.`, { key });
  }
  return type;
}
