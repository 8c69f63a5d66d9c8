import { Violation } from './ledger.ts';
import { Random } from './random.ts';
import { randomStep } from './scenario.ts';
import { SimCluster } from './sim-cluster.ts';
import type { Logger } from 'pino';

const TURBULENT_MS = 60_000;
/** The longest that anything may take: a session, a rebalance, a delay, a worker that stays away. */
const SETTLE_MS = 240_000;
const CALM_MS = 15_000;
const STEP_MS = 1_000;

/** What a run came to. */
export interface SimResult {
  readonly events: number;
  readonly generations: number;
  /** Virtual milliseconds from the last fault to the final state. */
  readonly settledAfterMs: number;
}

/** A run that failed: its seed replays it, its trace tells what happened. */
export class SimulationError extends Error {
  readonly seed: number;
  readonly trace: readonly string[];

  constructor(seed: number, cause: Violation, trace: readonly string[]) {
    const last = trace.slice(-120).join('\n');
    super(`Seed ${seed}: ${cause.message}\nReplay it alone with MILLRACE_SEED=${seed}.\n${last}`, { cause });
    this.seed = seed;
    this.trace = trace;
  }
}

/**
 * One run of a cluster: turbulence that the seed decides, then calm, in which everything must come to be assigned once and evenly
 * and stay so; then one more worker, for which no more may move than it takes.
 */
export async function simulate(seed: number, logger?: Logger): Promise<SimResult> {
  const random = new Random(seed);
  const cluster = new SimCluster(random, logger);
  try {
    await turbulence(cluster, random);
    const settledAfterMs = await calm(cluster);
    await oneMore(cluster);
    return { events: cluster.world.events, generations: cluster.generation, settledAfterMs };
  } catch (error) {
    throw error instanceof Violation ? new SimulationError(seed, error, cluster.world.trace) : error;
  }
}

async function turbulence(cluster: SimCluster, random: Random): Promise<void> {
  for (let index = random.between(1, 4); index > 0; index -= 1) {
    cluster.startWorker(`w${index}`);
    cluster.addConnector(random.between(0, 6));
  }
  const pace = random.pick([500, 2_000, 6_000]) ?? 0;
  const end = cluster.world.now + TURBULENT_MS;
  while (cluster.world.now < end) {
    await run(cluster, random.between(0, pace));
    randomStep(cluster, random);
  }
}

async function calm(cluster: SimCluster): Promise<number> {
  cluster.calmDown();
  const begin = cluster.world.now;
  let restSince = begin;
  let { generation } = cluster;
  while (cluster.world.now - restSince < CALM_MS) {
    if (cluster.working.every(({ leaving }) => leaving)) {
      cluster.startWorker('w9');
    }
    await run(cluster, STEP_MS);
    if (!cluster.settled || cluster.busy || cluster.generation !== generation) {
      restSince = cluster.world.now;
      generation = cluster.generation;
    }
    if (cluster.world.now - begin > SETTLE_MS) {
      throw new Violation(`Not at rest after ${SETTLE_MS} ms: ${JSON.stringify(cluster.placement())}`);
    }
  }
  return restSince - begin;
}

async function oneMore(cluster: SimCluster): Promise<void> {
  cluster.world.note('--- one more worker');
  const before = cluster.working.map((worker) => ({
    worker,
    units: new Set(worker.herder.running),
    starts: worker.herder.starts,
  }));
  const fresh = cluster.startWorker('fresh');
  const begin = cluster.world.now;
  do {
    if (cluster.world.now - begin > SETTLE_MS) {
      throw new Violation(`The new worker was not given its share: ${JSON.stringify(cluster.placement())}`);
    }
    await run(cluster, CALM_MS);
  } while (!cluster.settled);
  for (const { worker, units, starts } of before) {
    const gained = [...worker.herder.running].filter((unit) => !units.has(unit));
    if (gained.length > 0) {
      throw new Violation(`${gained.join(' ')} moved to ${worker.name}, though only ${fresh.name} was new`);
    }
    if (worker.herder.starts !== starts) {
      throw new Violation(`${worker.name} started something again that it had all along`);
    }
  }
}

async function run(cluster: SimCluster, ms: number): Promise<void> {
  await cluster.world.runUntil(cluster.world.now + ms);
  if (cluster.ledger.violation !== null) {
    throw cluster.ledger.violation;
  }
}
