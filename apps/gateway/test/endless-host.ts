import type { PreviewProcessJob } from '../src/transforms/preview-messages.ts';

// A process in which a transform never returns, or ends it all.
process.once('message', ({ job }: PreviewProcessJob) => {
  if (job.records.includes('exit')) {
    process.exit(7);
  }
  for (;;) {
    // Never returns.
  }
});
