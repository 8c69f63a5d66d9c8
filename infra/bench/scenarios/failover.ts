import { setTimeout as pause } from 'node:timers/promises';
import type { Contender } from '../contender.ts';
import { LivePipelines } from '../live-pipelines.ts';
import { NodeCluster, type ClusterNode } from '../node-cluster.ts';
import type { Metric } from '../results.ts';
import { turns, type Turn } from '../rounds.ts';
import type { Bench, Scenario } from '../scenario.ts';

const NODES = 3;
const PIPELINES = 3;
const RESTART_AFTER_MS = 1_000;
const JOIN_WATCH_MS = 8_000;

const seconds = (name: string): Metric => ({ name, unit: 's', better: 'less', digits: 2 });

const KILLED = seconds('kill -9, not restarted: all deliver again');
const RESTARTED = seconds('kill -9, restarted after 1 s: all deliver again');
const STOPPED = seconds('clean stop: all deliver again');
const STAYED = seconds('a node joins: longest gap of what stays');
const MOVED = seconds('a node joins: longest gap of what moves');

/** Three nodes, three sources and three sinks under load, one node killed, restarted, stopped, and one added. */
export const failover: Scenario = {
  name: 'failover',
  about: `${NODES} nodes with ${PIPELINES} file sources and ${PIPELINES} file sinks: a node killed, restarted in place, stopped, added`,
  metrics: [KILLED, RESTARTED, STOPPED, STAYED, MOVED],
  run: async (bench) => {
    for (const turn of turns('failover', bench)) {
      await new Round(bench, turn).run();
    }
  },
};

class Round {
  readonly #bench: Bench;
  readonly #contender: Contender;
  readonly #name: string;
  readonly #cluster: NodeCluster;

  constructor(bench: Bench, { contender, name }: Turn) {
    this.#bench = bench;
    this.#contender = contender;
    this.#name = name;
    this.#cluster = new NodeCluster(bench, contender, this.#name);
  }

  async run(): Promise<void> {
    let pipelines: LivePipelines | null = null;
    try {
      for (let count = 0; count < NODES; count += 1) {
        await this.#cluster.add();
      }
      pipelines = await LivePipelines.create(this.#cluster.first.rest, {
        folder: this.#bench.folder,
        prefix: this.#name,
        count: PIPELINES,
      });
      await this.#measure(pipelines);
    } finally {
      pipelines?.stop();
      await this.#cluster.stop();
    }
  }

  async #measure(pipelines: LivePipelines): Promise<void> {
    await this.#settled(pipelines);
    const victim = await this.#busiest();
    victim.process.kill();
    this.#record(KILLED, await pipelines.deliverAfterNow());

    await this.#cluster.restart(victim);
    await this.#settled(pipelines);
    const next = await this.#busiest();
    const begin = performance.now();
    next.process.kill();
    const delivered = pipelines.deliverAfterNow();
    await pause(RESTART_AFTER_MS - (performance.now() - begin));
    await this.#cluster.restart(next);
    this.#record(RESTARTED, await delivered);

    await this.#settled(pipelines);
    const leaving = await this.#busiest();
    const stopped = leaving.process.stop();
    this.#record(STOPPED, await pipelines.deliverAfterNow());
    await stopped;

    await this.#settled(pipelines);
    await this.#measureJoin(pipelines, leaving);
  }

  async #measureJoin(pipelines: LivePipelines, node: ClusterNode): Promise<void> {
    const before = await this.#placement();
    pipelines.resetGaps();
    await this.#cluster.restart(node);
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

  /** Everything RUNNING, on all nodes that live, and lines arriving. */
  async #settled(pipelines: LivePipelines): Promise<void> {
    await this.#cluster.running(pipelines.connectors.length * 2);
    await pipelines.deliverAfterNow();
  }

  /** The node with most tasks, but not the one that is asked. */
  async #busiest(): Promise<ClusterNode> {
    const units = await this.#cluster.units();
    const load = ({ workerId }: ClusterNode): number =>
      units.filter(({ worker_id }) => worker_id === workerId).length;
    const [, ...others] = this.#cluster.nodes;
    const [busiest] = [...others].sort((a, b) => load(b) - load(a));
    return busiest ?? this.#cluster.first;
  }

  async #placement(): Promise<ReadonlyMap<string, string>> {
    const tasks = (await this.#cluster.units()).filter(({ id }) => id !== undefined);
    return new Map(tasks.map(({ connector, id, worker_id }) => [`${connector}/${String(id)}`, worker_id]));
  }

  #record(metric: Metric, milliseconds: number): void {
    const value = milliseconds / 1_000;
    this.#bench.results.add(this.#contender.name, metric, value);
    this.#bench.say(`${this.#contender.name}: ${metric.name} ${value.toFixed(metric.digits)} ${metric.unit}`);
  }
}
