import type { PreviewJob } from '@millrace/runtime';

/** What a process that tries transforms is told; plain data. */
export interface PreviewProcessJob {
  readonly pluginPath: readonly string[];
  readonly job: PreviewJob;
}

/** What it answers: the JSON of the records, or what is wrong with the chain or the samples. */
export type PreviewProcessAnswer = { readonly records: string } | { readonly refused: string };
