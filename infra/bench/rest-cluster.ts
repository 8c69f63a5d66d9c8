import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NodePlace } from '../processes/connect-node.ts';
import { portOr } from '../processes/ports.ts';
import type { StartedProcess } from '../processes/process-group.ts';
import { until } from '../processes/until.ts';
import { ConnectRest } from './connect-rest.ts';
import type { Contender } from './contender.ts';
import { HttpPool } from './http-pool.ts';
import type { Bench } from './scenario.ts';

const LIMIT_MS = 180_000;

/** A REST endpoint of a cluster. */
export interface RestEndpoint {
  readonly rest: ConnectRest;
  readonly pool: HttpPool;
  readonly pid: number;
}

/**
 * A cluster seen through its REST endpoints: one worker and as many gateways as asked for, each a process of its own; of a contender that
 * knows no gateways as many nodes.
 */
export class RestCluster {
  readonly endpoints: readonly RestEndpoint[];
  readonly #processes: readonly StartedProcess[];

  private constructor(endpoints: readonly RestEndpoint[], processes: readonly StartedProcess[]) {
    this.endpoints = endpoints;
    this.#processes = processes;
  }

  /** Starts it and waits until a connector can be created through each endpoint. */
  static async start(
    bench: Bench,
    contender: Contender,
    of: { readonly name: string; readonly endpoints: number },
  ): Promise<RestCluster> {
    const { halves } = contender;
    const place = (part: string): NodePlace => {
      const folder = join(bench.folder, `${of.name}-${part}`);
      mkdirSync(folder, { recursive: true });
      return {
        bootstrapServers: bench.bootstrapServers,
        folder,
        groupId: of.name,
        settings: { 'scheduled.rebalance.max.delay.ms': '0' },
      };
    };
    const processes = halves === undefined ? [] : [halves.worker(place('worker'), await portOr(0))];
    const endpoints: RestEndpoint[] = [];
    for (let index = 0; index < of.endpoints; index += 1) {
      const port = await portOr(0);
      const at = place(`rest-${index}`);
      const server = halves === undefined ? contender.start(at, port) : halves.gateway(at, port);
      processes.push(server);
      const url = `http://127.0.0.1:${port}`;
      endpoints.push({ rest: new ConnectRest(url), pool: new HttpPool(url), pid: server.pid });
    }
    const cluster = new RestCluster(endpoints, processes);
    await cluster.#ready(`${of.name}-first`, join(bench.folder, 'none'));
    return cluster;
  }

  get first(): RestEndpoint {
    const [first] = this.endpoints;
    if (first === undefined) {
      throw new Error('A cluster without endpoints was asked for');
    }
    return first;
  }

  /** Resolves when so many connectors and tasks are there and all of them RUNNING. */
  async running(units: number, everyMs = 50): Promise<void> {
    await this.#until(
      `${units} connectors and tasks to run`,
      async () => {
        const all = (await this.first.rest.units()) ?? [];
        return all.length === units && all.every(({ state }) => state === 'RUNNING');
      },
      everyMs,
    );
  }

  async stop(): Promise<void> {
    this.endpoints.forEach(({ pool }) => {
      pool.close();
    });
    await Promise.all(this.#processes.map((one) => one.stop()));
  }

  async #ready(connector: string, file: string): Promise<void> {
    for (const [index, { rest }] of this.endpoints.entries()) {
      await this.#until(`endpoint ${index} to answer`, () => rest.answers());
    }
    await this.first.rest.create(connector, {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
      file,
      topic: connector,
    });
    await this.running(2);
    await this.first.rest.delete(connector);
    await this.running(0);
  }

  async #until(what: string, condition: () => Promise<boolean>, everyMs?: number): Promise<void> {
    const ask = async (): Promise<true | null> => ((await condition()) ? true : null);
    await until(what, ask, {
      limitMs: LIMIT_MS,
      ...(everyMs === undefined ? {} : { everyMs }),
      check: () => {
        this.#processes.forEach((one) => {
          one.requireRunning();
        });
      },
    });
  }
}
