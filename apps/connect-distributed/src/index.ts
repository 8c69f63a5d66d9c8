import 'reflect-metadata';
import type { WorkerConfig } from '@millrace/config';
import { startGateway } from '@millrace/gateway';
import { startWorker } from '@millrace/worker';
import type { Logger } from 'pino';

/** A worker and a gateway in one process. */
export interface StartedNode {
  readonly ready: string;
  stop(): Promise<void>;
  readonly finished: Promise<void>;
}

/**
 * Starts a node as the JVM's `connect-distributed` does: a worker and a gateway, each an application of its own; they talk through the
 * topics only. `listeners` are the gateway's, which answers while the worker still waits for its cluster; `metrics.listeners` the worker's.
 */
export async function startNode(options: {
  readonly config: WorkerConfig;
  readonly logger: Logger;
}): Promise<StartedNode> {
  const { config, logger } = options;
  const gateway = await startGateway({ config, logger });
  try {
    const worker = await startWorker({ config, logger, listeners: config.metricsListeners });
    return {
      ready: `${gateway.ready}; ${worker.ready}`,
      finished: Promise.race([worker.finished, gateway.finished]),
      stop: async () => {
        await worker.stop();
        await gateway.stop();
      },
    };
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}
