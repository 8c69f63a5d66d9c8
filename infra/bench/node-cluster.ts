import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { portOr } from '../processes/ports.ts';
import type { StartedProcess } from '../processes/process-group.ts';
import { until } from '../processes/until.ts';
import { ConnectRest, type Unit } from './connect-rest.ts';
import type { Contender } from './contender.ts';
import type { Bench } from './scenario.ts';

const LIMIT_MS = 180_000;

/** A node of a cluster; it can be started again in place. */
export interface ClusterNode {
  readonly index: number;
  readonly port: number;
  readonly workerId: string;
  readonly rest: ConnectRest;
  process: StartedProcess;
}

/**
 * Nodes of one contender that share a group. All run with `scheduled.rebalance.max.delay.ms=0`: with its own default the JVM
 * would leave a dead node's tasks alone for five minutes.
 */
export class NodeCluster {
  readonly nodes: ClusterNode[] = [];
  readonly #bench: Bench;
  readonly #contender: Contender;
  readonly #groupId: string;

  constructor(bench: Bench, contender: Contender, groupId: string) {
    this.#bench = bench;
    this.#contender = contender;
    this.#groupId = groupId;
  }

  /** The node that is asked, and never broken. */
  get first(): ClusterNode {
    const [first] = this.nodes;
    if (first === undefined) {
      throw new Error('No node was started');
    }
    return first;
  }

  get liveWorkers(): readonly string[] {
    return this.nodes.filter(({ process }) => process.running).map(({ workerId }) => workerId);
  }

  /** Starts a further node and waits until it answers. */
  async add(): Promise<void> {
    const index = this.nodes.length;
    const port = await portOr(0);
    const node: ClusterNode = {
      index,
      port,
      workerId: `127.0.0.1:${port}`,
      rest: new ConnectRest(`http://127.0.0.1:${port}`),
      process: this.#start(index, port),
    };
    this.nodes.push(node);
    await this.#until(`node ${index} to answer`, () => node.rest.answers());
  }

  async restart(node: ClusterNode): Promise<void> {
    await node.process.exited;
    node.process = this.#start(node.index, node.port);
    await this.#until(`node ${node.index} to answer`, () => node.rest.answers());
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map(({ process }) => process.stop()));
  }

  /** All connectors and tasks; none while the first node does not answer. */
  async units(): Promise<readonly Unit[]> {
    return (await this.first.rest.units()) ?? [];
  }

  /** Waits until so many connectors and tasks are RUNNING on nodes that live, and every node that lives has some. */
  async running(units: number): Promise<void> {
    await this.#until(`${units} connectors and tasks to run on all nodes`, async () => {
      const all = await this.units();
      const live = this.liveWorkers;
      const used = new Set(all.filter(({ id }) => id !== undefined).map(({ worker_id }) => worker_id));
      return (
        all.length === units &&
        all.every(({ state, worker_id }) => state === 'RUNNING' && live.includes(worker_id)) &&
        live.every((worker) => used.has(worker))
      );
    });
  }

  async #until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const ask = async (): Promise<true | null> => ((await condition()) ? true : null);
    await until(`${what} (${this.#contender.name})`, ask, { limitMs: LIMIT_MS });
  }

  #start(index: number, port: number): StartedProcess {
    const folder = join(this.#bench.folder, `${this.#groupId}-${index}`);
    mkdirSync(folder, { recursive: true });
    return this.#contender.start(
      {
        bootstrapServers: this.#bench.bootstrapServers,
        folder,
        groupId: this.#groupId,
        settings: { 'scheduled.rebalance.max.delay.ms': '0' },
      },
      port,
    );
  }
}
