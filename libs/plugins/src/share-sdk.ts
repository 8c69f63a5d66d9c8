import { registerHooks } from 'node:module';

const SDK = '@millrace/connect-api';

/**
 * Gives every plugin's `import '@millrace/connect-api'` the host's own copy, so that `instanceof` holds across them, whatever copy a plugin
 * may have brought along. `url`: the module that the process itself uses. Called once at start, before any plugin is loaded.
 */
export function shareSdk(url: string): void {
  registerHooks({
    resolve: (specifier, context, nextResolve) =>
      specifier === SDK ? { url, shortCircuit: true } : nextResolve(specifier, context),
  });
}
