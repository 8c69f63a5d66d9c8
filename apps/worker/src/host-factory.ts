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
import { script } from './script.ts';

/** Where connectors and tasks run: `task.host`. */
export function hostFactory(config: WorkerConfig, logger: Logger): HostFactory {
  if (config.taskHost === 'process') {
    return processHostFactory({ entry: script('task-host'), execArgv: PROCESS_FLAGS });
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
