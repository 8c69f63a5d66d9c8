import type { Props } from '@millrace/topic-stores';
import type { OffsetChange } from './offset-hook.ts';

/** What a process that asks a connector about offsets is told; plain data. */
export interface OffsetHookJob {
  readonly pluginPath: readonly string[];
  readonly workerProps: Readonly<Record<string, string>>;
  readonly baseDir: string;
  readonly config: Props;
  readonly change: OffsetChange;
}

/** What it answers: what `alterOffsets` returned, or why it refused. */
export type OffsetHookResult = { readonly complete: boolean } | { readonly refused: string };
