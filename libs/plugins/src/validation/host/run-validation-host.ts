import { ConfigTransformer, createConfigProviders } from '@millrace/config';
import { pino } from 'pino';
import type { PluginDefinition } from '../../plugin-types.ts';
import { PluginRegistry } from '../../registry/plugin-registry.ts';
import { shareSdk } from '../../share-sdk.ts';
import { pluginConfig } from '../plugin-config.ts';
import { validateConnector } from '../validate-connector.ts';
import { errorData } from './error-data.ts';
import type { FromProcess, ToProcess, ValidationInit, ValidationJob, ValidationResult } from './messages.ts';
import { startWatchdog } from './watchdog.ts';

export interface ValidationHostEntry {
  /** The plugins that come with the app. */
  readonly builtins: readonly PluginDefinition[];
  /** The SDK's module of this process, for the plugins; left out where they find the same one anyway. */
  readonly sdkUrl?: string;
}

/**
 * The main of a process that ValidationHost starts: an app's `src/validation-host.ts` calls it and does nothing else. It checks one configuration at
 * a time, as it is told, until its parent is gone.
 */
export function runValidationHost({ builtins, sdkUrl }: ValidationHostEntry): void {
  // Ctrl-C reaches the whole process group; the parent decides when this ends.
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => process.exit(0));
  if (sdkUrl !== undefined) {
    shareSdk(sdkUrl);
  }
  let work: Promise<ValidationWork> | null = null;
  process.on('message', (message: ToProcess) => {
    if (message.type === 'init') {
      startWatchdog(message.init.maxResidentBytes, message.init.parent);
      work = ValidationWork.start(message.init, builtins);
      // Whoever asks first is told what went wrong.
      work.catch(() => undefined);
      send({ type: 'ready' });
      return;
    }
    void answer(work, message.job).then(send);
  });
}

async function answer(work: Promise<ValidationWork> | null, job: ValidationJob): Promise<FromProcess> {
  try {
    const value = await (await work)?.run(job);
    return { type: 'done', value: value ?? [], residentBytes: process.memoryUsage.rss() };
  } catch (error) {
    return { type: 'failed', error: errorData(error), residentBytes: process.memoryUsage.rss() };
  }
}

function send(message: FromProcess): void {
  if (process.connected) {
    process.send?.(message);
  }
}

/** The plugins and providers of such a process. */
class ValidationWork {
  readonly #registry: PluginRegistry;
  readonly #transformer: ConfigTransformer;
  readonly #workerProps: Readonly<Record<string, string>>;

  private constructor(
    registry: PluginRegistry,
    transformer: ConfigTransformer,
    workerProps: Readonly<Record<string, string>>,
  ) {
    this.#registry = registry;
    this.#transformer = transformer;
    this.#workerProps = workerProps;
  }

  static async start(init: ValidationInit, builtins: readonly PluginDefinition[]): Promise<ValidationWork> {
    // The parent reads the same manifests and has said already what is wrong with them.
    const logger = pino({ level: 'silent' });
    const registry = PluginRegistry.scan({ pluginPath: init.pluginPath, builtins, logger });
    const providers = await createConfigProviders(init.workerProps, {
      baseDir: init.baseDir,
      create: (className) => registry.configProvider(className),
    });
    return new ValidationWork(registry, new ConfigTransformer(providers), init.workerProps);
  }

  run(job: ValidationJob): Promise<ValidationResult> {
    switch (job.op) {
      case 'validate':
        return validateConnector({
          registry: this.#registry,
          props: job.props,
          workerProps: this.#workerProps,
          transformer: this.#transformer,
        });
      case 'plugin-config':
        return pluginConfig(this.#registry, job.name, job.version);
    }
  }
}
