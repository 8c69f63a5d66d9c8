import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { portOr } from '../../processes/ports.ts';
import type { StartedProcess } from '../../processes/process-group.ts';
import { ConnectRest, type Unit } from '../connect-rest.ts';
import type { Contender } from '../contender.ts';
import { LivePipelines } from '../live-pipelines.ts';
import type { Metric } from '../results.ts';
import type { Bench, Scenario } from '../scenario.ts';

const NODES = 3;
const PIPELINES = 3;
const START_LIMIT_MS = 180_000;
const RESTART_AFTER_MS = 1_000;
const JOIN_WATCH_MS = 8_000;

const seconds = (name: string): Metric => ({ name, unit: 's', better: 'less', digits: 2 });

const KILLED = seconds('kill -9, not restarted: all deliver again');
const RESTARTED = seconds('kill -9, restarted after 1 s: all deliver again');
const STOPPED = seconds('clean stop: all deliver again');
const STAYED = seconds('a node joins: longest gap of what stays');
const MOVED = seconds('a node joins: longest gap of what moves');

/**
 * Three nodes, three sources and three sinks under load, one node killed, restarted, stopped, and one added. Both run with
 * `scheduled.rebalance.max.delay.ms=0`: with its own default the JVM would leave a dead node's tasks alone for five minutes.
 */
export const failover: Scenario = {
  name: 'failover',
  about: `${NODES} nodes with ${PIPELINES} file sources and ${PIPELINES} file sinks: a node killed, restarted in place, stopped, added`,
  metrics: [KILLED, RESTARTED, STOPPED, STAYED, MOVED],
  run: async (bench) => {
    for (let round = 1; round <= bench.rounds; round += 1) {
      for (const contender of round % 2 === 1 ? bench.contenders : [...bench.contenders].reverse()) {
        await new Round(bench, contender, round).run();
      }
    }
  },
};

interface Node {
  readonly index: number;
  readonly port: number;
  readonly workerId: string;
  readonly rest: ConnectRest;
  process: StartedProcess;
}

class Round {
  readonly #bench: Bench;
  readonly #contender: Contender;
  readonly #name: string;
  readonly #nodes: Node[] = [];

  constructor(bench: Bench, contender: Contender, round: number) {
    this.#bench = bench;
    this.#contender = contender;
    this.#name = `failover-${contender.name.toLowerCase()}-${round}-${Date.now().toString(36)}`;
  }

  async run(): Promise<void> {
    let pipelines: LivePipelines | null = null;
    try {
      for (let index = 0; index < NODES; index += 1) {
        await this.#add();
      }
      pipelines = await LivePipelines.create(this.#first.rest, {
        folder: this.#bench.folder,
        prefix: this.#name,
        count: PIPELINES,
      });
      await this.#measure(pipelines);
    } finally {
      pipelines?.stop();
      await Promise.all(this.#nodes.map(({ process }) => process.stop()));
    }
  }

  async #measure(pipelines: LivePipelines): Promise<void> {
    await this.#settled(pipelines);
    const victim = await this.#busiest();
    victim.process.kill();
    this.#record(KILLED, await pipelines.deliverAfterNow());

    await this.#restart(victim);
    await this.#settled(pipelines);
    const next = await this.#busiest();
    const begin = performance.now();
    next.process.kill();
    const delivered = pipelines.deliverAfterNow();
    await pause(RESTART_AFTER_MS - (performance.now() - begin));
    await this.#restart(next);
    this.#record(RESTARTED, await delivered);

    await this.#settled(pipelines);
    const leaving = await this.#busiest();
    const stopped = leaving.process.stop();
    this.#record(STOPPED, await pipelines.deliverAfterNow());
    await stopped;

    await this.#settled(pipelines);
    await this.#measureJoin(pipelines, leaving);
  }

  async #measureJoin(pipelines: LivePipelines, node: Node): Promise<void> {
    const before = await this.#placement();
    pipelines.resetGaps();
    await this.#restart(node);
    await pause(JOIN_WATCH_MS);
    await this.#settled(pipelines);
    const after = await this.#placement();
    const gaps = { stayed: 0, moved: 0 };
    for (const [name, gap] of pipelines.gaps()) {
      const tasks = [`${name}-source/0`, `${name}-sink/0`];
      const kind = tasks.every((task) => before.get(task) === after.get(task)) ? 'stayed' : 'moved';
      gaps[kind] = Math.max(gaps[kind], gap);
    }
    this.#record(STAYED, gaps.stayed);
    this.#record(MOVED, gaps.moved);
  }

  get #first(): Node {
    const [first] = this.#nodes;
    if (first === undefined) {
      throw new Error('No node was started');
    }
    return first;
  }

  async #add(): Promise<void> {
    const index = this.#nodes.length;
    const port = await portOr(0);
    this.#nodes.push({
      index,
      port,
      workerId: `127.0.0.1:${port}`,
      rest: new ConnectRest(`http://127.0.0.1:${port}`),
      process: this.#start(index, port),
    });
    await this.#until(
      `node ${index} to answer`,
      () => this.#nodes[index]?.rest.answers() ?? Promise.resolve(false),
    );
  }

  async #restart(node: Node): Promise<void> {
    await node.process.exited;
    node.process = this.#start(node.index, node.port);
    await this.#until(`node ${node.index} to answer`, () => node.rest.answers());
  }

  #start(index: number, port: number): StartedProcess {
    const folder = join(this.#bench.folder, `${this.#name}-${index}`);
    mkdirSync(folder, { recursive: true });
    return this.#contender.start(
      {
        bootstrapServers: this.#bench.bootstrapServers,
        folder,
        groupId: this.#name,
        settings: { 'scheduled.rebalance.max.delay.ms': '0' },
      },
      port,
    );
  }

  /** Everything RUNNING, on all nodes that live, and lines arriving. */
  async #settled(pipelines: LivePipelines): Promise<void> {
    await this.#until('everything to run, spread over the nodes', async () => {
      const units = (await this.#units()) ?? [];
      const workers = new Set(units.filter(({ id }) => id !== undefined).map(({ worker_id }) => worker_id));
      const live = this.#nodes.filter(({ process }) => process.running).map(({ workerId }) => workerId);
      return (
        units.length === pipelines.connectors.length * 2 &&
        units.every(({ state, worker_id }) => state === 'RUNNING' && live.includes(worker_id)) &&
        live.every((worker) => workers.has(worker))
      );
    });
    await pipelines.deliverAfterNow();
  }

  /** The node with most tasks, but not the one that is asked. */
  async #busiest(): Promise<Node> {
    const units = (await this.#units()) ?? [];
    const load = ({ workerId }: Node): number =>
      units.filter(({ worker_id }) => worker_id === workerId).length;
    const [, ...others] = this.#nodes;
    const [busiest] = [...others].sort((a, b) => load(b) - load(a));
    return busiest ?? this.#first;
  }

  async #placement(): Promise<ReadonlyMap<string, string>> {
    const tasks = ((await this.#units()) ?? []).filter(({ id }) => id !== undefined);
    return new Map(tasks.map(({ connector, id, worker_id }) => [`${connector}/${String(id)}`, worker_id]));
  }

  #units(): Promise<readonly Unit[] | null> {
    return this.#first.rest.units();
  }

  async #until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    while (!(await condition())) {
      if (performance.now() > deadline) {
        throw new Error(`${this.#contender.name}: waited in vain for ${what}`);
      }
      await pause(50);
    }
  }

  #record(metric: Metric, milliseconds: number): void {
    const value = milliseconds / 1_000;
    this.#bench.results.add(this.#contender.name, metric, value);
    this.#bench.say(`${this.#contender.name}: ${metric.name} ${value.toFixed(metric.digits)} ${metric.unit}`);
  }
}
