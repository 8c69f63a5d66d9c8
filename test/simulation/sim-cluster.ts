import { pino, type Logger } from 'pino';
import { GroupCoordinator } from './group-coordinator.ts';
import { Ledger } from './ledger.ts';
import { Network, type Cut } from './network.ts';
import type { Random } from './random.ts';
import { ConfigTopic } from './sim-config-store.ts';
import { SimWorker, type ClusterParts } from './sim-worker.ts';
import { World, type Actor } from './world.ts';

/** How evenly spread, and where, everything is. */
export interface Placement {
  readonly missing: readonly string[];
  readonly twice: readonly string[];
  readonly strangers: readonly string[];
  readonly uneven: readonly string[];
}

/** Workers, a broker, the config topic, and the faults between them. */
export class SimCluster {
  readonly world = new World();
  readonly ledger = new Ledger(this.world);
  readonly #random: Random;
  readonly #broker = new GroupCoordinator(this.world);
  readonly #network: Network;
  readonly #topic = new ConfigTopic();
  readonly #parts: ClusterParts;
  readonly #all: SimWorker[] = [];
  /** What happens by itself, whoever lives or hangs. */
  readonly #fate: Actor = { name: 'fate', frozen: false, dead: false };
  #connectorsMade = 0;
  #toCome = 0;
  #calm = false;

  constructor(random: Random, logger: Logger = pino({ level: 'silent' })) {
    this.#random = random;
    this.#network = new Network(this.world, random, this.#broker);
    const rebalanceTimeoutMs = random.pick([8_000, 20_000, 60_000]) ?? 0;
    this.#parts = {
      world: this.world,
      network: this.#network,
      broker: this.#broker,
      topic: this.#topic,
      ledger: this.ledger,
      logger,
      presence: new Map(),
      workers: this.#all,
      drained: new Set(),
      // Most stop at once, some take their time, few take longer than a rebalance waits.
      stopMs: () =>
        random.chance(this.#calm ? 0 : 0.03)
          ? random.between(0, rebalanceTimeoutMs + 3_000)
          : random.between(0, random.pick([20, 500, 3_000]) ?? 0),
      settings: {
        staticMembers: random.chance(0.7),
        sessionTimeoutMs: 6_000,
        heartbeatIntervalMs: 1_000,
        rebalanceTimeoutMs,
        scheduledRebalanceMaxDelayMs: random.pick([0, 0, 0, 4_000, 15_000]) ?? 0,
      },
    };
    this.#network.onHeal((actor) => {
      this.#all.find((worker) => worker === actor)?.store.follow();
    });
    this.world.note(JSON.stringify(this.#parts.settings));
  }

  get staticMembers(): boolean {
    return this.#parts.settings.staticMembers;
  }

  get live(): readonly SimWorker[] {
    return this.#all.filter(({ dead }) => !dead);
  }

  get leader(): SimWorker | undefined {
    return this.live.find(({ memberId }) => memberId !== '' && memberId === this.#broker.leader);
  }

  get connectors(): readonly string[] {
    return this.#topic.state.connectors();
  }

  get generation(): number {
    return this.#broker.generation;
  }

  /** Whether a fault has not ended yet, or a worker not left. */
  get busy(): boolean {
    return this.#toCome > 0 || this.live.some(({ leaving }) => leaving);
  }

  /** From now on nothing takes longer than it should. */
  calmDown(): void {
    this.world.note('--- calm');
    this.#calm = true;
  }

  later(ms: number, run: () => void): void {
    this.#toCome += 1;
    this.world.after(this.#fate, ms, () => {
      this.#toCome -= 1;
      run();
    });
  }

  startWorker(workerId: string): SimWorker {
    const worker = new SimWorker(workerId, this.#all.length + 1, this.#parts);
    this.#all.push(worker);
    void worker.start();
    return worker;
  }

  hang(worker: SimWorker, ms: number): void {
    this.world.note(`${worker.name}: hangs for ${ms} ms`);
    this.world.freeze(worker);
    this.later(ms, () => {
      this.world.note(`${worker.name}: goes on`);
      this.world.thaw(worker);
    });
  }

  cut(worker: SimWorker, kind: Cut, ms: number): void {
    if (!this.#network.reachable(worker)) {
      return;
    }
    this.world.note(`${worker.name}: is cut off (${kind}) for ${ms} ms`);
    this.#network.cut(worker, kind);
    this.later(ms, () => {
      this.world.note(`${worker.name}: can reach the broker again`);
      this.#network.heal(worker);
    });
  }

  /** The worker's copy of the config topic is not updated for a while. */
  stallConfig(worker: SimWorker, ms: number): void {
    this.world.note(`${worker.name}: reads no config for ${ms} ms`);
    worker.store.stalled = true;
    this.later(ms, () => {
      worker.store.stalled = false;
      worker.store.follow();
    });
  }

  restartBroker(ms: number): void {
    if (this.#broker.dead) {
      return;
    }
    this.world.note(`broker: down for ${ms} ms`);
    this.#network.brokerDown();
    this.later(ms, () => {
      this.#network.brokerUp(this.live);
      this.#broker.restart();
    });
  }

  toggleDrain(workerId: string): void {
    const { drained } = this.#parts;
    this.world.note(`${workerId}: is ${drained.has(workerId) ? 'no longer ' : ''}drained`);
    if (!drained.delete(workerId)) {
      drained.add(workerId);
    }
    this.later(100, () => {
      for (const worker of this.live) {
        this.world.after(worker, this.#network.latency(), () => {
          worker.drainChanged();
        });
      }
    });
  }

  corruptNextAssignment(): void {
    // One that ends between its last fields, past these, can be read: nobody can see that something is missing.
    this.#broker.corruptNextAssignment(this.#random.between(0, 33));
  }

  addConnector(tasks: number): void {
    const connector = `c${(this.#connectorsMade += 1)}`;
    this.world.note(`config: ${connector} is created`);
    this.#topic.append({ connector, tasks: 0, created: true });
    this.later(this.#random.between(50, 1_500), () => {
      if (this.#topic.state.contains(connector)) {
        this.setTasks(connector, tasks);
      }
    });
  }

  setTasks(connector: string, tasks: number): void {
    this.world.note(`config: ${connector} has ${tasks} tasks`);
    this.#topic.append({ connector, tasks, created: false });
  }

  removeConnector(connector: string): void {
    this.world.note(`config: ${connector} is deleted`);
    this.#topic.append({ connector, tasks: null, created: false });
  }

  /** Everything that is to run somewhere. */
  get units(): readonly string[] {
    const { state } = this.#topic;
    return state
      .connectors()
      .flatMap((connector) => [
        connector,
        ...state.tasks(connector).map(({ task }) => `${connector}-${task}`),
      ]);
  }

  /** Live workers that may be given work. */
  get working(): readonly SimWorker[] {
    return this.live.filter(({ workerId }) => !this.#parts.drained.has(workerId));
  }

  placement(): Placement {
    const units = new Set(this.units);
    const running = this.live.flatMap(({ herder }) => [...herder.running]);
    const working = this.working;
    return {
      missing: [...units].filter((unit) => !running.includes(unit)),
      twice: running.filter((unit, index) => running.indexOf(unit) !== index),
      strangers: this.live.flatMap((worker) =>
        [...worker.herder.running]
          .filter((unit) => !units.has(unit) || !working.includes(worker))
          .map((unit) => `${unit} on ${worker.name}`),
      ),
      uneven: [
        ...this.#uneven('connectors', (unit) => !unit.includes('-')),
        ...this.#uneven('tasks', (unit) => unit.includes('-')),
      ],
    };
  }

  /** Whether the group is at rest, has all live workers in it, and everything is where it should be. */
  get settled(): boolean {
    const { missing, twice, strangers, uneven } = this.placement();
    const members = this.#broker.memberIds;
    return (
      this.#broker.phase === 'Stable' &&
      members.length === this.live.length &&
      this.live.every(({ memberId }) => members.includes(memberId)) &&
      missing.length + twice.length + strangers.length + uneven.length === 0
    );
  }

  #uneven(kind: string, is: (unit: string) => boolean): readonly string[] {
    const counts = this.working.map(({ herder }) => [...herder.running].filter(is).length);
    return Math.max(...counts) - Math.min(...counts) > 1 ? [`${kind}: ${counts.join(', ')}`] : [];
  }
}
