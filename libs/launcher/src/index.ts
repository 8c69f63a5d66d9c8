export { createLogger, setLogLevel } from './create-logger.ts';
export { sdkUrl, shippedPlugins, shippedSwaggerUi } from './dist-folder.ts';
export { closeServers, listen, urlOf } from './http-servers.ts';
export { launch, type Started, type StartOptions } from './launch.ts';
export { PROCESS_FLAGS } from './process-flags.ts';
export { startFailure } from './start-failure.ts';
