import type { WorkerConfig } from '@millrace/config';
import type { PluginRegistry, ValidationHost } from '@millrace/plugins';
import type { Logger } from 'pino';
import type { HostFactory } from '../host/host-link.ts';

/** What a worker is given by whoever starts it. */
export interface WorkerOptions {
  readonly config: WorkerConfig;
  readonly registry: PluginRegistry;
  readonly hostFactory: HostFactory;
  /** Where plugins are asked about configurations, in processes of their own; closed with the worker. */
  readonly validation: Pick<ValidationHost, 'validate' | 'pluginConfig' | 'close'>;
  /** Millrace's own version. */
  readonly version: string;
  /** Sets the level of loggers under a name, for this process; the names of those that changed. Throws ConnectError. */
  readonly setLogLevel: (namespace: string, level: string) => readonly string[];
  readonly logger: Logger;
}
