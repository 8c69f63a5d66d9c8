export * from './errors.ts';
export {
  PLUGIN_TYPES,
  type LoadedConnector,
  type PluginDefinition,
  type PluginDescriptor,
  type PluginType,
} from './plugin-types.ts';
export { PluginRegistry, type ScanOptions } from './registry/plugin-registry.ts';
export { shareSdk } from './share-sdk.ts';
export { compareVersions } from './versions/compare-versions.ts';
export { VersionRange } from './versions/version-range.ts';
export { configErrors, joinParts, type ConfigInfo, type ConfigInfos } from './validation/config-infos.ts';
export { ownKeyParts } from './validation/own-key-parts.ts';
export { clientsOf, overridePolicy, requireAllowedOverrides } from './validation/client-overrides.ts';
export { pluginConfig } from './validation/plugin-config.ts';
export { validateConnector, type ValidationOptions } from './validation/validate-connector.ts';
export { runValidationHost, type ValidationHostEntry } from './validation/host/run-validation-host.ts';
export { ValidationHost, type ValidationHostOptions } from './validation/host/validation-host.ts';
