import { ConfigError, type Props } from '@millrace/connect-api';
import type { PluginRegistry } from '@millrace/plugins';
import type { TaskConverters } from '../task/converters.ts';
import { TransformationChain } from '../task/transformation-chain.ts';
import { transformationStages, withPrefix } from './transformation-stages.ts';

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
    return new PluginSet(
      converters,
      new TransformationChain(await transformationStages(registry, connector)),
    );
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
