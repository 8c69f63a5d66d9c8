import type { Random } from './random.ts';
import type { SimCluster } from './sim-cluster.ts';
import type { SimWorker } from './sim-worker.ts';

const MOST_WORKERS = 6;
const MOST_CONNECTORS = 8;

type Step = (cluster: SimCluster, random: Random) => void;

/** What can happen to a cluster, and how often. */
const STEPS = {
  start: [
    8,
    (cluster, random) => {
      if (cluster.live.length < MOST_WORKERS) {
        cluster.startWorker(`w${random.between(1, 8)}`);
      }
    },
  ],
  leave: [
    4,
    (cluster, random) => {
      random.pick(cluster.live.filter(({ leaving }) => !leaving))?.leave();
    },
  ],
  crash: [
    4,
    (cluster, random) => {
      crash(cluster, random, random.pick(cluster.live));
    },
  ],
  crashLeader: [
    3,
    (cluster, random) => {
      crash(cluster, random, cluster.leader);
    },
  ],
  hang: [
    5,
    (cluster, random) => {
      hang(cluster, random, random.pick(cluster.live));
    },
  ],
  hangLeader: [
    3,
    (cluster, random) => {
      hang(cluster, random, cluster.leader);
    },
  ],
  cut: [
    5,
    (cluster, random) => {
      cut(cluster, random, random.pick(cluster.live));
    },
  ],
  cutLeader: [
    3,
    (cluster, random) => {
      cut(cluster, random, cluster.leader);
    },
  ],
  twin: [
    2,
    (cluster, random) => {
      const twin = random.pick(cluster.live);
      if (cluster.staticMembers && twin !== undefined && cluster.live.length < MOST_WORKERS) {
        cluster.startWorker(twin.workerId);
      }
    },
  ],
  restartBroker: [
    2,
    (cluster, random) => {
      cluster.restartBroker(random.between(500, 9_000));
    },
  ],
  stallConfig: [
    3,
    (cluster, random) => {
      const worker = random.pick(cluster.live);
      if (worker !== undefined) {
        cluster.stallConfig(worker, random.between(500, 30_000));
      }
    },
  ],
  drain: [
    2,
    (cluster, random) => {
      cluster.toggleDrain(`w${random.between(1, 8)}`);
    },
  ],
  corrupt: [
    1,
    (cluster) => {
      cluster.corruptNextAssignment();
    },
  ],
  addConnector: [
    8,
    (cluster, random) => {
      if (cluster.connectors.length < MOST_CONNECTORS) {
        cluster.addConnector(random.between(0, 6));
      }
    },
  ],
  removeConnector: [
    3,
    (cluster, random) => {
      const connector = random.pick(cluster.connectors);
      if (connector !== undefined) {
        cluster.removeConnector(connector);
      }
    },
  ],
  reconfigure: [
    6,
    (cluster, random) => {
      const connector = random.pick(cluster.connectors);
      if (connector !== undefined) {
        cluster.setTasks(connector, random.between(0, 6));
      }
    },
  ],
} as const satisfies Readonly<Record<string, readonly [number, Step]>>;

/** Lets one thing happen; its name. */
export function randomStep(cluster: SimCluster, random: Random): string {
  const weights = Object.fromEntries(Object.entries(STEPS).map(([name, [weight]]) => [name, weight]));
  const name = random.weighted(weights as Record<keyof typeof STEPS, number>);
  STEPS[name][1](cluster, random);
  return name;
}

function crash(cluster: SimCluster, random: Random, worker: SimWorker | undefined): void {
  if (worker === undefined) {
    return;
  }
  worker.crash();
  if (random.chance(0.6)) {
    cluster.later(random.between(100, 9_000), () => {
      if (cluster.live.length < MOST_WORKERS) {
        cluster.startWorker(worker.workerId);
      }
    });
  }
}

function hang(cluster: SimCluster, random: Random, worker: SimWorker | undefined): void {
  if (worker !== undefined && !worker.frozen) {
    cluster.hang(worker, random.between(200, 15_000));
  }
}

function cut(cluster: SimCluster, random: Random, worker: SimWorker | undefined): void {
  if (worker !== undefined) {
    cluster.cut(worker, random.chance(0.5) ? 'reset' : 'silent', random.between(200, 15_000));
  }
}
