import { toError } from '@millrace/connect-api';
import { ConfigTransformer } from '@millrace/config';
import { sdkUrl } from '@millrace/launcher';
import { PluginRegistry, shareSdk } from '@millrace/plugins';
import { previewTransforms } from '@millrace/runtime';
import { pino } from 'pino';
import { BUILT_IN_PLUGINS } from '../plugins/built-in-plugins.ts';
import type { PreviewProcessAnswer, PreviewProcessJob } from './preview-messages.ts';

/** Tries one chain of transforms, as its parent tells, and ends. */
export function runPreview(): void {
  process.once('disconnect', () => process.exit(0));
  shareSdk(sdkUrl());
  process.once('message', (told: PreviewProcessJob) => {
    void answerOf(told).then((answer) => {
      process.send?.(answer, () => process.exit(0));
    });
  });
}

async function answerOf({ pluginPath, job }: PreviewProcessJob): Promise<PreviewProcessAnswer> {
  const logger = pino({ level: 'silent' });
  const registry = PluginRegistry.scan({ pluginPath, builtins: BUILT_IN_PLUGINS, logger });
  // References are resolved on workers only (design invariant 6): no provider, no value.
  const resolver = new ConfigTransformer(new Map());
  try {
    return { records: await previewTransforms(job, { registry, resolver }) };
  } catch (error) {
    return { refused: toError(error).message };
  }
}
