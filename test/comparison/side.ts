import { mkdirSync } from 'node:fs';
import { RestClient, waitFor } from '@millrace/testing';

const REST_LIMIT_MS = 60_000;

/** One of the nodes that are compared, and where its topics, connectors and files are. */
export class Side {
  readonly name: string;
  /** What its topics and connectors begin with; of one length on both sides. */
  readonly prefix: string;
  /** Its files; of one length on both sides. */
  readonly folder: string;
  readonly rest: RestClient;
  /** The topic in which its workers keep the offsets of sources. */
  readonly offsetsTopic: string;
  /** The newest output of the node. */
  readonly output: () => string;
  /** Stops the node. */
  readonly stop: () => Promise<void>;

  constructor(
    names: { readonly name: string; readonly prefix: string; readonly folder: string },
    url: string,
    node: Pick<Side, 'offsetsTopic' | 'output' | 'stop'>,
  ) {
    this.name = names.name;
    this.prefix = names.prefix;
    this.folder = names.folder;
    this.rest = new RestClient(url);
    this.offsetsTopic = node.offsetsTopic;
    this.output = node.output;
    this.stop = node.stop;
    mkdirSync(this.folder, { recursive: true });
  }

  /** Creates a connector, however often a rebalance is in the way. Throws with the answer when it is refused. */
  async create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    await this.#call('POST', '/connectors', [201], { name, config });
  }

  async delete(name: string): Promise<void> {
    await this.#call('DELETE', `/connectors/${encodeURIComponent(name)}`, [204, 404]);
  }

  async #call(method: string, path: string, codes: readonly number[], body?: unknown): Promise<void> {
    let last: unknown;
    const answer = await waitFor(
      `${this.name} to take ${method} ${path}`,
      async () => {
        const response = await this.rest.call(method, path, body);
        last = `${response.status} ${JSON.stringify(response.body)}`;
        // 409: a rebalance is under way. The JVM answers 500 when it timed out in one.
        return [409, 500].includes(response.status) ? null : response;
      },
      { timeoutMs: REST_LIMIT_MS, intervalMs: 100, seen: () => last },
    );
    if (!codes.includes(answer.status)) {
      throw new Error(`${this.name} answered ${method} ${path} with ${String(last)}`);
    }
  }
}
