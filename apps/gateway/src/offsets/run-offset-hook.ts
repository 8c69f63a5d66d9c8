import { toError } from '@millrace/connect-api';
import type { SinkConnector, SourceConnector, SourcePartition } from '@millrace/connect-api';
import { ConfigTransformer, createConfigProviders } from '@millrace/config';
import { sdkUrl } from '@millrace/launcher';
import { PluginRegistry, shareSdk } from '@millrace/plugins';
import { pino } from 'pino';
import { BUILT_IN_PLUGINS } from '../plugins/built-in-plugins.ts';
import type { OffsetChange } from './offset-hook.ts';
import type { OffsetHookJob, OffsetHookResult } from './offset-hook-messages.ts';

/** Asks one connector about one change, as its parent tells, and ends. */
export function runOffsetHook(): void {
  process.once('disconnect', () => process.exit(0));
  shareSdk(sdkUrl());
  process.once('message', (job: OffsetHookJob) => {
    void ask(job).then((result) => {
      process.send?.(result, () => process.exit(0));
    });
  });
}

async function ask({
  pluginPath,
  workerProps,
  baseDir,
  config,
  change,
}: OffsetHookJob): Promise<OffsetHookResult> {
  try {
    const logger = pino({ level: 'silent' });
    const registry = PluginRegistry.scan({ pluginPath, builtins: BUILT_IN_PLUGINS, logger });
    const providers = await createConfigProviders(workerProps, {
      baseDir,
      create: (className) => registry.configProvider(className),
    });
    const props = await new ConfigTransformer(providers).resolve(config);
    const connector = await registry.connector(
      props['connector.class'] ?? '',
      props['connector.plugin.version'] ?? null,
    );
    return { complete: await alter(connector.create(), props, change) };
  } catch (error) {
    return { refused: toError(error).message };
  }
}

async function alter(
  connector: SourceConnector | SinkConnector,
  props: OffsetHookJob['config'],
  change: OffsetChange,
): Promise<boolean> {
  if (change.type === 'sink') {
    return (connector as SinkConnector).alterOffsets(props, change.offsets);
  }
  // A null partition is shown to the connector, which is the one to refuse it.
  const offsets = new Map(
    change.offsets.map(({ partition, offset }) => [partition as SourcePartition, offset]),
  );
  return (connector as SourceConnector).alterOffsets(props, offsets);
}
