import type { SinkConnector, SourceConnector } from '@millrace/connect-api';

/** The kinds of plugins, in the order in which the REST API lists them; config providers are not listed there. */
export const PLUGIN_TYPES = [
  'sink',
  'source',
  'transformation',
  'predicate',
  'converter',
  'header_converter',
  'config_provider',
] as const;

export type PluginType = (typeof PLUGIN_TYPES)[number];

export const CONNECTOR_TYPES: readonly PluginType[] = ['sink', 'source'];

/** A plugin that comes with an app. */
export interface PluginDefinition {
  /** The name in configurations; re-implemented JVM plugins go by the JVM's class names. */
  readonly class: string;
  readonly type: PluginType;
  readonly version: string;
  readonly create: () => unknown;
}

/** A plugin that a configuration may name. */
export interface PluginDescriptor {
  readonly class: string;
  readonly type: PluginType;
  readonly version: string;
  /** Its folder; null for one that comes with the app. */
  readonly location: string | null;
}

/** A connector whose code is loaded. */
export interface LoadedConnector {
  readonly type: 'source' | 'sink';
  readonly class: string;
  readonly version: string;
  /** A new instance; throws PluginLoadError when its constructor fails. */
  create(): SourceConnector | SinkConnector;
}
