import { ConnectError, type ConnectErrorOptions } from '@millrace/connect-api';
import type { PluginDescriptor } from './plugin-types.ts';

/** The name in a configuration is nobody's class or alias. The JVM answers 400 when it is a connector's. */
export class PluginNotFoundError extends ConnectError {
  override readonly code: string = 'PLUGIN_NOT_FOUND';
  /** As it was asked for. */
  readonly plugin: string;

  constructor(message: string, plugin: string) {
    super(message);
    this.plugin = plugin;
  }
}

/** A short name that several connectors could be meant by. */
export class AmbiguousPluginError extends ConnectError {
  override readonly code: string = 'PLUGIN_AMBIGUOUS';
  readonly plugin: string;
  readonly candidates: readonly string[];

  constructor(message: string, plugin: string, candidates: readonly string[]) {
    super(message);
    this.plugin = plugin;
    this.candidates = candidates;
  }
}

/** The class is there, but no version of it in the range asked for. */
export class PluginVersionError extends ConnectError {
  override readonly code: string = 'PLUGIN_VERSION';
  readonly plugin: string;
  readonly available: readonly string[];

  constructor(plugin: string, range: string, available: readonly string[]) {
    super(
      `Plugin ${plugin} not found that matches the version range ${range}, available versions: [${available.join(', ')}]`,
    );
    this.plugin = plugin;
    this.available = available;
  }
}

/** A version range that cannot be read (`[1.0`). */
export class VersionRangeError extends ConnectError {
  override readonly code: string = 'VERSION_RANGE';
}

/** A plugin's module, export or constructor failed, or it is not what its manifest says. Says which class, folder and export. */
export class PluginLoadError extends ConnectError {
  override readonly code: string = 'PLUGIN_LOAD';
  readonly plugin: string;
  readonly location: string | null;

  constructor(
    plugin: Pick<PluginDescriptor, 'class' | 'location'> & { readonly export?: string },
    reason: string,
    options?: ConnectErrorOptions,
  ) {
    const exported = plugin.export === undefined ? '' : ` (export '${plugin.export}')`;
    const place = plugin.location === null ? 'that comes with Millrace' : `in ${plugin.location}${exported}`;
    super(`Plugin ${plugin.class} ${place} cannot be used: ${reason}`, options);
    this.plugin = plugin.class;
    this.location = plugin.location;
  }
}
