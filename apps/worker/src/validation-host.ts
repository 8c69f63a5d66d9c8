import { sdkUrl } from '@millrace/launcher';
import { runValidationHost } from '@millrace/plugins';
import { BUILT_IN_PLUGINS } from './plugins.ts';

// The main of the processes in which plugins are asked about configurations.
runValidationHost({ builtins: BUILT_IN_PLUGINS, sdkUrl: sdkUrl() });
