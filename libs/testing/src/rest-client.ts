import { waitFor } from './wait-for.ts';

export interface RestResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; the text where it is none, undefined where there is no body. */
  readonly body: unknown;
}

/** A status as `GET /connectors/{c}/status` gives it. */
export interface ConnectorStateInfo {
  readonly connector: { readonly state: string; readonly worker_id: string; readonly trace?: string };
  readonly tasks: readonly {
    readonly id: number;
    readonly state: string;
    readonly worker_id: string;
    readonly trace?: string;
  }[];
}

/** Bare HTTP calls against a gateway: what a test says is what is sent. */
export class RestClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  get(path: string): Promise<RestResponse> {
    return this.call('GET', path);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RestResponse> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(100_000),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) };
  }

  /** Creates a connector; throws with the answer when that was refused. */
  async create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    const response = await this.call('POST', '/connectors', { name, config });
    if (response.status !== 201) {
      throw new Error(`Creating ${name} was answered ${response.status}: ${JSON.stringify(response.body)}`);
    }
  }

  async status(name: string): Promise<ConnectorStateInfo> {
    const response = await this.get(`/connectors/${encodeURIComponent(name)}/status`);
    if (response.status !== 200) {
      throw new Error(`Status of ${name} was answered ${response.status}: ${JSON.stringify(response.body)}`);
    }
    return response.body as ConnectorStateInfo;
  }

  /** Waits until the connector and exactly `tasks` tasks are RUNNING. */
  async running(name: string, tasks = 1, timeoutMs = 30_000): Promise<ConnectorStateInfo> {
    let last: unknown;
    return waitFor(
      `${name} to be RUNNING with ${tasks} tasks`,
      async () => {
        const status = await this.status(name);
        last = status;
        const all = [status.connector, ...status.tasks];
        return status.tasks.length === tasks && all.every(({ state }) => state === 'RUNNING') ? status : null;
      },
      { timeoutMs, seen: () => last },
    );
  }
}

function parse(text: string): unknown {
  if (text === '') {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
