import { fileURLToPath } from 'node:url';
import type { WorkerConfig } from '@millrace/config';
import { PluginRegistry, ValidationHost } from '@millrace/plugins';
import type { Logger } from 'pino';
import { NO_MASK } from './connectors/config-mask.ts';
import { PasswordMask } from './connectors/password-mask.ts';
import type { GatewayParts } from './gateway-parts.ts';
import type { KafkaParts } from './kafka-parts.ts';
import { FallbackOffsetHook } from './offsets/fallback-offset-hook.ts';
import { ProcessOffsetHook } from './offsets/process-offset-hook.ts';
import { BUILT_IN_PLUGINS, pluginFolders } from './plugins/built-in-plugins.ts';
import { FallbackValidator } from './plugins/fallback-validator.ts';
import { IsolatedValidator } from './plugins/isolated-validator.ts';
import { publishedPlugins, type PublishedPlugin } from './plugins/published-plugins.ts';
import { RegistryCatalog } from './plugins/registry-catalog.ts';
import { ProcessPreview } from './transforms/process-preview.ts';
import { WorkerGroup } from './workers/worker-group.ts';
import type { WorkerAsker } from './workers/worker-requests.ts';

type PluginKnowledge =
  'catalog' | 'validator' | 'hook' | 'mask' | 'passwords' | 'preview' | 'pluginTimeoutMs';

/** What knows plugins: those of the gateway, and through workers those that only they have. */
export interface PluginParts extends Pick<GatewayParts, PluginKnowledge> {
  stop(): void;
}

export interface PluginPartsOptions {
  readonly config: WorkerConfig;
  readonly kafka: KafkaParts;
  readonly workers: WorkerAsker;
  readonly logger: Logger;
}

/** Reads the manifests on `plugin.path`; code is loaded when it is needed, in processes of its own. */
export function pluginParts({ config, kafka, workers, logger }: PluginPartsOptions): PluginParts {
  const pluginPath = pluginFolders(config.pluginPath);
  const { originals: workerProps, baseDir, configValidationTimeoutMs: timeoutMs } = config;
  const isolation = { pluginPath, workerProps, baseDir, timeoutMs };
  const registry = PluginRegistry.scan({ pluginPath, builtins: BUILT_IN_PLUGINS, logger });
  const host = new ValidationHost({ entry: entry('validation-host'), ...isolation, logger });
  const group = new WorkerGroup(kafka.admin, config.groupId);
  const published = (): readonly PublishedPlugin[] => publishedPlugins(kafka.statusStore);
  const catalog = (others: typeof published): RegistryCatalog =>
    new RegistryCatalog({
      registry,
      describe: (name, version) => host.pluginConfig(name, version),
      published: others,
    });
  const { typeOf: ownTypeOf } = catalog(() => []);
  const all = catalog(published);
  const passwords = new PasswordMask((name) => all.configKeys(name, null));
  return {
    catalog: all,
    mask: config.restMaskPasswords ? passwords : NO_MASK,
    passwords,
    pluginTimeoutMs: timeoutMs,
    preview: new ProcessPreview({ entry: entry('preview-host'), pluginPath, registry, timeoutMs }),
    validator: new FallbackValidator({
      own: new IsolatedValidator(host),
      ownTypeOf,
      published,
      workers,
      anyWorker: async () => (await group.view()).workers.size > 0,
      timeoutMs,
    }),
    hook: new FallbackOffsetHook({
      own: new ProcessOffsetHook({ entry: entry('offset-hook-host'), ...isolation }),
      ownTypeOf,
      fullName: (name) => all.fullName(name),
      workers,
    }),
    stop: () => {
      host.close();
    },
  };
}

/** The script of a process of ours; it stands beside this module, in the bundle as in the sources. */
function entry(name: string): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./${name}.${extension}`, import.meta.url));
}
