import type { Props } from '@millrace/connect-api';
import type { LoadedConnector, PluginRegistry } from '@millrace/plugins';
import type { PluginSet } from './plugin-set.ts';

/** A transform or predicate that a task uses. */
export interface DescribedStage {
  readonly alias: string;
  readonly class: string;
  readonly version: string;
}

/** What a task is made of. It is told once per start, since it does not change and is longer than everything that does. */
export interface TaskDescription {
  /** By text attribute of `connector-task-metrics`. */
  readonly texts: Readonly<Record<string, string>>;
  readonly transforms: readonly DescribedStage[];
  readonly predicates: readonly DescribedStage[];
}

export interface DescribedTask {
  readonly registry: Pick<PluginRegistry, 'find'>;
  readonly loaded: LoadedConnector;
  readonly task: { version(): string };
  readonly connectorProps: Props;
  readonly taskProps: Props;
  readonly plugins: Pick<PluginSet, 'converters'>;
}

/** What the JVM says where a plugin names no version. */
const NO_VERSION = 'undefined';

/** Describes a task whose plugins are loaded. */
export function describeTask(of: DescribedTask): TaskDescription {
  const { loaded, task, taskProps, plugins } = of;
  const { keyClass, valueClass, headerClass } = plugins.converters;
  return {
    texts: {
      'connector-class': loaded.class,
      'connector-version': loaded.version,
      'connector-type': loaded.type,
      'task-class': taskProps['task.class'] ?? task.constructor.name,
      'task-version': task.version(),
      ...converter(of, 'key-converter', { className: keyClass, type: 'converter' }),
      ...converter(of, 'value-converter', { className: valueClass, type: 'converter' }),
      ...converter(of, 'header-converter', { className: headerClass, type: 'header_converter' }),
    },
    transforms: stages(of, 'transforms', 'transformation'),
    predicates: stages(of, 'predicates', 'predicate'),
  };
}

function converter(
  of: DescribedTask,
  name: string,
  plugin: { readonly className: string; readonly type: 'converter' | 'header_converter' },
): Readonly<Record<string, string>> {
  const version = of.connectorProps[`${name.replace('-', '.')}.plugin.version`];
  const found = descriptor(of, { ...plugin, version });
  return { [`${name}-class`]: found.class, [`${name}-version`]: found.version };
}

function stages(
  of: DescribedTask,
  key: 'transforms' | 'predicates',
  type: 'transformation' | 'predicate',
): readonly DescribedStage[] {
  const { connectorProps } = of;
  return (connectorProps[key] ?? '').split(',').flatMap((name): readonly DescribedStage[] => {
    const alias = name.trim();
    const className = connectorProps[`${key}.${alias}.type`] ?? '';
    const version = connectorProps[`${key}.${alias}.plugin.version`];
    return className === '' ? [] : [{ alias, ...descriptor(of, { className, type, version }) }];
  });
}

/** An alias stands for its class. What works already is found; if not, it is shown as it was named. */
function descriptor(
  { registry }: DescribedTask,
  plugin: {
    readonly className: string;
    readonly type: 'transformation' | 'predicate' | 'converter' | 'header_converter';
    readonly version: string | null | undefined;
  },
): { readonly class: string; readonly version: string } {
  try {
    const found = registry.find(plugin.className, [plugin.type], plugin.version ?? null);
    return { class: found.class, version: found.version };
  } catch {
    return { class: plugin.className, version: NO_VERSION };
  }
}
