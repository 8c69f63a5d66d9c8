import { sdkUrl } from '@millrace/launcher';
import { runValidationHost } from '@millrace/plugins';
import { BUILT_IN_PLUGINS } from './plugins/built-in-plugins.ts';

// The main of the processes in which configurations are checked.
runValidationHost({ builtins: BUILT_IN_PLUGINS, sdkUrl: sdkUrl() });
