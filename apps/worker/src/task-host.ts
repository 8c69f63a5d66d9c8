import { createLogger, sdkUrl } from '@millrace/launcher';
import { shareSdk } from '@millrace/plugins';
import { runTaskHost } from '@millrace/runtime';
import { BUILT_IN_PLUGINS, shippedPluginFolders } from './plugins.ts';

shareSdk(sdkUrl());
runTaskHost({
  builtins: BUILT_IN_PLUGINS,
  shippedPlugins: shippedPluginFolders(),
  createLogger: (level) => createLogger('task-host', level),
});
