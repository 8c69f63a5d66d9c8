import { Worker } from 'node:worker_threads';

/**
 * Looks from a thread of its own whether the process has outgrown its memory or lost its parent, and ends it then: a plugin that spins would let
 * nothing on the main thread notice. Plain JavaScript in a text, since a bundle has no file to start a thread from.
 */
const SOURCE = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
setInterval(() => {
  if (process.memoryUsage.rss() > workerData.maxResidentBytes) {
    writeSync(2, 'It took more memory than it may.\\n');
    process.kill(process.pid, 'SIGKILL');
  }
  if (process.ppid !== workerData.parent) {
    process.kill(process.pid, 'SIGKILL');
  }
}, workerData.intervalMs);
`;

const INTERVAL_MS = 200;

/** Starts watching this process. `maxResidentBytes`: the size at which it is ended; `parent`: the process that started it. */
export function startWatchdog(maxResidentBytes: number, parent: number): void {
  const thread = new Worker(SOURCE, {
    eval: true,
    workerData: { maxResidentBytes, parent, intervalMs: INTERVAL_MS },
    // Few flags of the process make sense for it, and it needs next to nothing.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
  });
  thread.unref();
}
