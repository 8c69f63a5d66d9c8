import { ConnectError, type ConnectErrorOptions } from '@millrace/connect-api';
import type { PluginDescriptor } from './plugin-types.ts';

/**
 * A configuration that names no plugin which could be asked. The JVM answers 400 with the message when a connector is created, and 500 when a
 * configuration is validated.
 */
export abstract class PluginSelectionError extends ConnectError {}

/** A connector's configuration without `connector.class`. */
export class MissingConnectorClassError extends PluginSelectionError {
  override readonly code: string = 'CONNECTOR_CLASS_MISSING';
}

/** The name in a configuration is nobody's class or alias. */
export class PluginNotFoundError extends PluginSelectionError {
  override readonly code: string = 'PLUGIN_NOT_FOUND';
  /** As it was asked for. */
  readonly plugin: string;

  constructor(message: string, plugin: string) {
    super(message);
    this.plugin = plugin;
  }
}

/** A short name that several connectors could be meant by. */
export class AmbiguousPluginError extends PluginSelectionError {
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
export class PluginVersionError extends PluginSelectionError {
  override readonly code: string = 'PLUGIN_VERSION';
  readonly plugin: string;
  readonly range: string;
  readonly available: readonly string[];

  constructor(plugin: string, range: string, available: readonly string[]) {
    super(
      `Plugin ${plugin} not found that matches the version range ${range}, available versions: [${available.join(', ')}]`,
    );
    this.plugin = plugin;
    this.range = range;
    this.available = available;
  }
}

/** A version range that cannot be read (`[1.0`). */
export class VersionRangeError extends PluginSelectionError {
  override readonly code: string = 'VERSION_RANGE';
}

/** Which plugin failed, and where it is. */
export interface FailedPlugin extends Pick<PluginDescriptor, 'class' | 'location'> {
  readonly export?: string;
}

/** A plugin's module, export or constructor failed, or it is not what its manifest says. Says which class, folder and export. */
export class PluginLoadError extends PluginSelectionError {
  override readonly code: string = 'PLUGIN_LOAD';
  readonly plugin: FailedPlugin;
  readonly reason: string;

  constructor(plugin: FailedPlugin, reason: string, options?: ConnectErrorOptions) {
    const exported = plugin.export === undefined ? '' : ` (export '${plugin.export}')`;
    const place = plugin.location === null ? 'that comes with Millrace' : `in ${plugin.location}${exported}`;
    super(`Plugin ${plugin.class} ${place} cannot be used: ${reason}`, options);
    const { class: className, location } = plugin;
    this.plugin = {
      class: className,
      location,
      ...(plugin.export === undefined ? {} : { export: plugin.export }),
    };
    this.reason = reason;
  }
}

/** A plugin took longer than `config.validation.timeout.ms`; whoever ran it was stopped. */
export class ValidationTimeoutError extends ConnectError {
  override readonly code: string = 'VALIDATION_TIMEOUT';
  readonly timeoutMs: number;

  constructor(stage: string, timeoutMs: number) {
    super(`Request timed out. ${stage} did not end within ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/** The process that ran plugins for a validation ended: it crashed, ate too much memory, or could not be started. */
export class ValidationProcessError extends ConnectError {
  override readonly code: string = 'VALIDATION_PROCESS';
}
