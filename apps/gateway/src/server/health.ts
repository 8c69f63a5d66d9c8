import { CONNECT_VERSION, RestError, type ServerInfo, type WorkerStatus } from '@millrace/rest';
import type { ConfigAccess } from '../stores/config-access.ts';
import type { Startup } from '../stores/startup.ts';

const HEALTH_LIMIT_MS = 10_000;

/** What the server says of itself. */
export class Health {
  readonly #startup: Startup;
  readonly #config: ConfigAccess;
  readonly #clusterId: () => Promise<string>;
  readonly #commit: string;

  constructor(options: {
    readonly startup: Startup;
    readonly config: ConfigAccess;
    readonly clusterId: () => Promise<string>;
    /** What this build was made of. */
    readonly commit: string;
  }) {
    this.#startup = options.startup;
    this.#config = options.config;
    this.#clusterId = options.clusterId;
    this.#commit = options.commit;
  }

  /** Throws UnavailableError while no broker has answered. */
  async info(): Promise<ServerInfo> {
    this.#startup.requireReady();
    return { version: CONNECT_VERSION, commit: this.#commit, kafka_cluster_id: await this.#clusterId() };
  }

  /** The HTTP status and what it means (KIP-1017). */
  async check(): Promise<{ readonly code: number; readonly status: WorkerStatus }> {
    if (!this.#startup.ready) {
      const message = `Worker is still starting up. ${this.#startup.stage}`;
      return { code: 503, status: { status: 'starting', message } };
    }
    try {
      await this.#config.check(HEALTH_LIMIT_MS);
    } catch (error) {
      if (!(error instanceof RestError)) {
        throw error;
      }
      const message = `Worker was unable to handle this request and may be unable to handle other requests. ${error.message}`;
      return { code: 500, status: { status: 'unhealthy', message } };
    }
    const message = 'Worker has completed startup and is ready to handle requests.';
    return { code: 200, status: { status: 'healthy', message } };
  }
}
