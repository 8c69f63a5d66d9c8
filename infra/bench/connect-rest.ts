/** A connector (no `id`) or task, where it is and how it does. */
export interface Unit {
  readonly connector: string;
  readonly id?: number;
  readonly state: string;
  readonly worker_id: string;
}

interface ConnectorStatus {
  readonly name: string;
  readonly connector: { readonly state: string; readonly worker_id: string };
  readonly tasks: readonly { readonly id: number; readonly state: string; readonly worker_id: string }[];
}

/** The few calls of the REST API that a benchmark makes, the same for both contenders. */
export class ConnectRest {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** One try to create a connector; the status of the answer, 0 where there is none. */
  async tryCreate(name: string, config: Readonly<Record<string, string>>): Promise<number> {
    return this.#call('POST', '/connectors', { name, config });
  }

  /** Creates a connector, by as many tries as it takes. */
  async create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    await this.#until([201], () => this.tryCreate(name, config));
  }

  async delete(name: string): Promise<void> {
    await this.#until([204, 404], () => this.#call('DELETE', `/connectors/${name}`));
  }

  /** Whether it lists its connectors, which a node does as soon as it is one. */
  async answers(): Promise<boolean> {
    return (await this.#call('GET', '/connectors')) === 200;
  }

  /** State and worker of every connector and task; null when it does not answer. */
  async units(): Promise<readonly Unit[] | null> {
    try {
      const response = await fetch(`${this.#url}/connectors?expand=status`, {
        signal: AbortSignal.timeout(CALL_LIMIT_MS),
      });
      const statuses = Object.values((await response.json()) as Record<string, { status: ConnectorStatus }>);
      return statuses.flatMap(({ status: { name, connector, tasks } }) => [
        { connector: name, ...connector },
        ...tasks.map((task) => ({ connector: name, ...task })),
      ]);
    } catch {
      return null;
    }
  }

  async #until(codes: readonly number[], call: () => Promise<number>): Promise<void> {
    const deadline = performance.now() + LIMIT_MS;
    let code = await call();
    while (!codes.includes(code)) {
      if (performance.now() > deadline) {
        throw new Error(`${this.#url} goes on answering ${code}`);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      code = await call();
    }
  }

  async #call(method: string, path: string, body?: object): Promise<number> {
    try {
      const response = await fetch(`${this.#url}${path}`, {
        method,
        signal: AbortSignal.timeout(CALL_LIMIT_MS),
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }
}

const LIMIT_MS = 120_000;
const CALL_LIMIT_MS = 30_000;
const RETRY_MS = 20;
