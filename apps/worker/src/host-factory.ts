import { fileURLToPath } from 'node:url';
import type { WorkerConfig } from '@millrace/config';
import { PROCESS_FLAGS } from '@millrace/launcher';
import {
  hostWork,
  inlineHostFactory,
  processHostFactory,
  TaskHost,
  type HostFactory,
} from '@millrace/runtime';
import type { Logger } from 'pino';
import { BUILT_IN_PLUGINS, shippedPluginFolders } from './plugins.ts';

/** Where connectors and tasks run: `task.host`. */
export function hostFactory(config: WorkerConfig, logger: Logger): HostFactory {
  if (config.taskHost === 'process') {
    // The script stands beside this module, in the bundle as in the sources.
    const script = import.meta.url.endsWith('.ts') ? './task-host.ts' : './task-host.js';
    return processHostFactory({
      entry: fileURLToPath(new URL(script, import.meta.url)),
      execArgv: PROCESS_FLAGS,
    });
  }
  const createWork = hostWork({
    builtins: BUILT_IN_PLUGINS,
    shippedPlugins: shippedPluginFolders(),
    createLogger: () => logger,
  });
  return inlineHostFactory((main, exit) => {
    new TaskHost({ main, createWork, exit });
  });
}
