import { waitFor, type Cluster, type KafkaBroker, type RestClient, type TcpProxy } from '@millrace/testing';
import { signalTree } from './process-tree.ts';
import type { Pipelines } from './pipelines.ts';
import { workerProcess, workers } from './worker-list.ts';

/** What a fault is done to. */
export interface FaultBed {
  readonly cluster: Cluster;
  readonly rest: RestClient;
  readonly broker: KafkaBroker;
  /** The way of one worker, and of no other process, to the broker. */
  readonly proxy: TcpProxy;
  readonly pipelines: Pipelines;
  /** Milliseconds after which a silent worker's work is given to others. */
  readonly sessionTimeoutMs: number;
}

/** Breaks something under load and mends it; what must hold afterwards is checked by the caller. */
export type Fault = (bed: FaultBed) => Promise<void>;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function members(rest: RestClient, count: number): Promise<void> {
  let seen: unknown;
  await waitFor(
    `${count} workers`,
    async () => {
      const list = await workers(rest);
      seen = list;
      return list.length === count && list.some(({ leader }) => leader);
    },
    { timeoutMs: 60_000, seen: () => seen },
  );
}

function kill(which: 'leader' | 'follower'): Fault {
  return async ({ cluster, rest, pipelines }) => {
    const victim = await workerProcess(cluster, rest, which);
    signalTree(victim.process.pid, 'SIGKILL');
    await pipelines.arrived();
    await pipelines.allRunning();
    victim.restart();
    await victim.ready();
  };
}

export const FAULTS: Readonly<Record<string, Fault>> = {
  'kill -9 of a follower': kill('follower'),
  'kill -9 of the leader': kill('leader'),
  'kill -9 and a restart in place': async ({ cluster, rest }) => {
    const victim = await workerProcess(cluster, rest, 'follower');
    signalTree(victim.process.pid, 'SIGKILL');
    victim.restart();
    await victim.ready();
  },
  SIGTERM: async ({ cluster, rest, pipelines }) => {
    const victim = await workerProcess(cluster, rest, 'follower');
    const code = await victim.process.stop();
    if (code !== 0) {
      throw new Error(
        `The worker ended with ${String(code)} after SIGTERM:\n${victim.process.output.slice(-4_000)}`,
      );
    }
    await pipelines.allRunning();
    victim.restart();
    await victim.ready();
  },
  'a rolling restart of all': async ({ cluster, pipelines }) => {
    for (const worker of cluster.processes.filter(({ role }) => role === 'worker')) {
      await worker.process.stop();
      worker.restart();
      await worker.ready();
      await pipelines.allRunning();
    }
  },
  'a freeze for longer than the session': async ({ cluster, rest, pipelines, sessionTimeoutMs }) => {
    const victim = await workerProcess(cluster, rest, 'follower');
    signalTree(victim.process.pid, 'SIGSTOP');
    try {
      await sleep(2 * sessionTimeoutMs);
      await pipelines.arrived();
    } finally {
      signalTree(victim.process.pid, 'SIGCONT');
    }
  },
  'a restart of the broker': async ({ broker }) => {
    await broker.restart();
  },
  'a worker cut off from the broker and back': async ({ cluster, proxy, rest, sessionTimeoutMs }) => {
    proxy.cut();
    await sleep(2 * sessionTimeoutMs);
    proxy.restore();
    await members(
      rest,
      cluster.processes.filter(({ role, process }) => role === 'worker' && !process.ended).length,
    );
  },
};
