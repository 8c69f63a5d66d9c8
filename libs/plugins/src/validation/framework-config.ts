import { ConfigDef, Validators, type ConfigKeyInit, type Props } from '@millrace/connect-api';
import { connectorConfigDef } from '@millrace/config';
import { CONNECTOR_TYPES, type PluginType } from '../plugin-types.ts';
import type { PluginRegistry } from '../registry/plugin-registry.ts';
import { classOf, latestVersion, parseClass, requireKind, requireVersionRange } from './plugin-class.ts';

/** The converters a connector may set, in the order of their keys. */
export const CONVERTERS = ['key.converter', 'value.converter', 'header.converter'] as const;
export type ConverterKey = (typeof CONVERTERS)[number];

const DEFAULT_HEADER_CONVERTER = 'org.apache.kafka.connect.storage.SimpleHeaderConverter';

function converterType(key: ConverterKey): PluginType {
  return key === 'header.converter' ? 'header_converter' : 'converter';
}

/** What the framework's definition of a connector is made with. */
export interface FrameworkContext {
  readonly registry: PluginRegistry;
  /** The connector's configuration, references resolved. */
  readonly props: Props;
  readonly workerProps: Readonly<Record<string, string>>;
}

/**
 * The framework's keys of a connector with what depends on the plugins there are and on the worker: defaults of converters, versions, what to
 * recommend, and the check that classes are there and of the right kind.
 */
export function frameworkConfigDef(type: 'source' | 'sink', context: FrameworkContext): ConfigDef {
  return connectorConfigDef(type)
    .keys()
    .map((key) => enriched(key, context))
    .reduce((def, key) => def.define(key), new ConfigDef());
}

/** The framework's keys as `GET /connector-plugins/{p}/config` gives them: without a worker, but with the connector's version. */
export function describedConfigDef(type: 'source' | 'sink', connectorVersion: string): ConfigDef {
  return connectorConfigDef(type)
    .keys()
    .map((key) =>
      key.name === 'connector.plugin.version' ? { ...key, defaultValue: connectorVersion } : key,
    )
    .reduce((def, key) => def.define(key), new ConfigDef());
}

const VERSION = Validators.of('a version or a range of versions', requireVersionRange);

function enriched(key: ConfigKeyInit, context: FrameworkContext): ConfigKeyInit {
  if (key.name === 'connector.plugin.version') {
    return connectorVersionKey(key, context);
  }
  const converter = CONVERTERS.find((each) => key.name === each || key.name === `${each}.plugin.version`);
  if (converter === undefined) {
    return key;
  }
  return key.name === converter
    ? converterKey(key, converter, context)
    : converterVersionKey(key, converter, context);
}

function connectorVersionKey(key: ConfigKeyInit, { registry, props }: FrameworkContext): ConfigKeyInit {
  const className = props['connector.class'] ?? '';
  return {
    ...key,
    defaultValue: latestVersion(registry, className, CONNECTOR_TYPES),
    validator: VERSION,
    recommend: () => registry.versions(className, CONNECTOR_TYPES),
  };
}

function converterKey(key: ConfigKeyInit, name: ConverterKey, context: FrameworkContext): ConfigKeyInit {
  const { registry } = context;
  const type = converterType(name);
  const fallback = workerConverter(name, context);
  const classes = registry.list().flatMap((plugin) => (plugin.type === type ? [plugin.class] : []));
  return {
    ...key,
    defaultValue: fallback === null ? null : (classOf(registry, fallback, type) ?? fallback),
    parse: parseClass(registry, type),
    validator: Validators.of(String(key.validator), (_name, value) => {
      // A default that nobody has is the worker's trouble, not this configuration's.
      if (typeof value === 'string' && isGiven(context.props, name)) {
        requireKind(registry, value, type);
      }
    }),
    recommend: () => [...new Set(classes)],
  };
}

function converterVersionKey(
  key: ConfigKeyInit,
  name: ConverterKey,
  context: FrameworkContext,
): ConfigKeyInit {
  const { registry, workerProps } = context;
  const type = converterType(name);
  const className = usedConverter(name, context);
  const ofWorker = isGiven(context.props, name) ? undefined : workerProps[`${name}.plugin.version`];
  return {
    ...key,
    defaultValue: ofWorker ?? (className === null ? null : latestVersion(registry, className, [type])),
    validator: VERSION,
    recommend: () => (className === null ? [] : registry.versions(className, [type])),
    visible: () => className !== null,
  };
}

/** The converter that would be used, as the connector or the worker says; null when there is none. */
function usedConverter(name: ConverterKey, context: FrameworkContext): string | null {
  const given = context.props[name]?.trim();
  return given === undefined
    ? workerConverter(name, context)
    : classOf(context.registry, given, converterType(name));
}

function workerConverter(name: ConverterKey, { workerProps }: FrameworkContext): string | null {
  const given = workerProps[name] ?? '';
  if (given !== '') {
    return given;
  }
  return name === 'header.converter' ? DEFAULT_HEADER_CONVERTER : null;
}

function isGiven(props: Props, name: string): boolean {
  return (props[name] ?? null) !== null;
}
