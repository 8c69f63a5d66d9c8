import type { PluginLogger } from '@millrace/connect-api';
import type { Logger } from 'pino';

/** A plugin's logger: its lines name the connector and task. */
export function pluginLogger(
  logger: Logger,
  unit: { readonly connector: string; readonly task: number | null },
): PluginLogger {
  const child = logger.child({
    connector: unit.connector,
    ...(unit.task === null ? {} : { task: unit.task }),
  });
  return {
    debug: (message, fields = {}) => {
      child.debug(fields, message);
    },
    info: (message, fields = {}) => {
      child.info(fields, message);
    },
    warn: (message, fields = {}) => {
      child.warn(fields, message);
    },
    error: (message, fields = {}) => {
      child.error(fields, message);
    },
  };
}
