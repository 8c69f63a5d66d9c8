export { parseProperties, readPropertiesFile, type PropertiesFile } from './properties/properties-file.ts';
export {
  workerConfig,
  type OverridePolicyName,
  type RestLimits,
  type WorkerConfig,
} from './worker/worker-config.ts';
export { workerConfigDef, type Role } from './worker/worker-config-def.ts';
export { hostAndPort, type Listener } from './worker/listeners.ts';
export type { InternalTopic } from './worker/internal-topic.ts';
export type { ResponseHeader } from './worker/response-headers.ts';
export { clientConfigDef, type ClientKind } from './clients/client-config-def.ts';
export { clientProps, type ClientUse } from './clients/client-props.ts';
export {
  autoRestartConfigDef,
  autoRestartSettings,
  type AutoRestartSettings,
} from './connector/auto-restart.ts';
export { taskProgressConfigDef, taskProgressTimeoutMs } from './connector/task-progress.ts';
export { chainSettings } from './connector/chain-settings.ts';
export { connectorConfigDef } from './connector/connector-config-def.ts';
export { ConfigTransformer, type ResolvedProps } from './providers/config-transformer.ts';
export {
  configProviderPlugins,
  createConfigProviders,
  type ConfigProviderOptions,
} from './providers/create-config-providers.ts';
export { DirectoryConfigProvider } from './providers/directory-config-provider.ts';
export { EnvVarConfigProvider } from './providers/env-var-config-provider.ts';
export { FileConfigProvider } from './providers/file-config-provider.ts';
export { hasReference } from './providers/references.ts';
