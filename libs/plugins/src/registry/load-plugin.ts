import { pathToFileURL } from 'node:url';
import { toError } from '@millrace/connect-api';
import { PluginLoadError } from '../errors.ts';
import type { PluginDefinition, PluginDescriptor, PluginType } from '../plugin-types.ts';
import { packageEntry } from './package-entry.ts';

/** A plugin as the registry knows it: one that comes with the app, or an export of a package. */
export type KnownPlugin =
  | (PluginDescriptor & { readonly location: null; readonly create: () => unknown })
  | (PluginDescriptor & { readonly location: string; readonly export: string });

/** What an instance must be able to do to be a plugin of its kind. */
const METHODS: Readonly<Record<PluginType, readonly string[]>> = {
  sink: ['config', 'start', 'taskConfigs', 'stop', 'validate', 'createTask'],
  source: ['config', 'start', 'taskConfigs', 'stop', 'validate', 'createTask'],
  transformation: ['config', 'configure', 'apply'],
  predicate: ['config', 'configure', 'test'],
  converter: ['config', 'configure', 'fromConnectData', 'toConnectData'],
  header_converter: ['config', 'configure', 'fromConnectHeader', 'toConnectHeader'],
  config_provider: ['configure', 'get'],
};

export function builtIn(definition: PluginDefinition): KnownPlugin {
  return { ...definition, location: null };
}

/** Loads the plugin's module, where it has one, and gives what makes an instance. Throws PluginLoadError. */
export async function loadPlugin(plugin: KnownPlugin): Promise<() => unknown> {
  if (plugin.location === null) {
    const { create } = plugin;
    return () => instance(plugin, create);
  }
  const Exported = await exportOf(plugin);
  return () => instance(plugin, () => new Exported());
}

async function exportOf(
  plugin: PluginDescriptor & { readonly location: string; readonly export: string },
): Promise<new () => unknown> {
  let module: Readonly<Record<string, unknown>>;
  try {
    const url = pathToFileURL(packageEntry(plugin.location)).href;
    module = (await import(/* @vite-ignore */ url)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new PluginLoadError(plugin, `its module cannot be loaded: ${toError(error).message}`, {
      cause: error,
    });
  }
  const exported = module[plugin.export];
  if (typeof exported !== 'function') {
    const names = Object.keys(module).sort().join(', ');
    throw new PluginLoadError(
      plugin,
      `its module has no such class; it exports ${names === '' ? 'nothing' : names}`,
    );
  }
  return exported as new () => unknown;
}

function instance(plugin: KnownPlugin, create: () => unknown): unknown {
  let made: unknown;
  try {
    made = create();
  } catch (error) {
    throw new PluginLoadError(plugin, `its constructor failed: ${toError(error).message}`, { cause: error });
  }
  const missing = METHODS[plugin.type].filter((method) => !hasMethod(made, method));
  if (missing.length > 0) {
    throw new PluginLoadError(plugin, `it is no ${plugin.type}: it has no ${missing.join(', ')}`);
  }
  return made;
}

function hasMethod(value: unknown, name: string): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Record<string, unknown>)[name] === 'function'
  );
}
