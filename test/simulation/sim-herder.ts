import type { ConnectorsAndTasks, CoordinatorListener } from '@millrace/rebalance';
import type { ConfigBackingStore } from '@millrace/topic-stores';
import type { Holder, Ledger } from './ledger.ts';
import type { Actor, World } from './world.ts';

interface Stop {
  readonly done: Promise<void>;
}

export interface SimHerderOptions {
  readonly world: World;
  readonly ledger: Ledger;
  /** The worker's main process. */
  readonly main: Actor;
  readonly configStore: ConfigBackingStore;
  readonly isUnseated: () => boolean;
  /** How long a unit takes to stop this time. */
  readonly stopMs: () => number;
}

const NOTHING: ConnectorsAndTasks = { connectors: [], tasks: [] };

/** A herder whose units do nothing but run: started at once, stopped after a while, by hosts that live beside the main process. */
export class SimHerder implements CoordinatorListener, Holder {
  readonly #options: SimHerderOptions;
  readonly #hosts: Actor;
  readonly #running = new Set<string>();
  readonly #stops = new Map<string, Stop>();
  /** Connectors whose tasks were reconfigured: they stay stopped until the next assignment. */
  readonly #held = new Set<string>();
  #assignment = NOTHING;
  #leaseUntil = Number.NEGATIVE_INFINITY;
  #starts = 0;
  /** How often each unit was started here. */
  readonly startsOf = new Map<string, number>();

  constructor(options: SimHerderOptions) {
    this.#options = options;
    this.#hosts = { name: `${options.main.name}-hosts`, frozen: false, dead: false };
    options.ledger.add(this);
    options.configStore.addListener({
      onConnectorConfigRemove: () => {
        this.#reconcile();
      },
      onTaskConfigUpdate: (_tasks, connector) => {
        this.#held.add(connector);
        this.#reconcile();
      },
    });
  }

  get name(): string {
    return this.#options.main.name;
  }

  get alive(): boolean {
    return !this.#hosts.dead;
  }

  get leaseUntil(): number {
    return this.#leaseUntil;
  }

  get unseated(): boolean {
    return this.#options.isUnseated();
  }

  get running(): ReadonlySet<string> {
    return this.#running;
  }

  get starts(): number {
    return this.#starts;
  }

  /** The hosts die with their worker. */
  die(): void {
    this.#hosts.dead = true;
  }

  async onJoinPrepare(): Promise<void> {
    await this.#stopped([...this.#stops.keys()]);
  }

  async onRevoked(revoked: ConnectorsAndTasks): Promise<void> {
    const keys = new Set(names(revoked));
    this.#assignment = {
      connectors: this.#assignment.connectors.filter((connector) => !keys.has(connector)),
      tasks: this.#assignment.tasks.filter(({ connector, task }) => !keys.has(`${connector}-${task}`)),
    };
    this.#reconcile();
    await this.#stopped([...keys]);
  }

  onAssigned(all: ConnectorsAndTasks): void {
    const { ledger, world } = this.#options;
    world.note(`${this.name}: assigned ${names(all).join(' ')}`);
    if (this.#leaseUntil <= world.now) {
      ledger.report(`${this.name} is given work when it has no lease`);
    }
    this.#assignment = all;
    this.#held.clear();
    this.#reconcile();
  }

  async onLost(reason: string): Promise<void> {
    this.#options.world.note(`${this.name}: lost (${reason})`);
    this.#assignment = NOTHING;
    this.#reconcile();
    await this.#stopped([...this.#running]);
  }

  onLease(deadline: number): void {
    const { ledger, world } = this.#options;
    const wasOver = this.#leaseUntil <= world.now;
    this.#leaseUntil = deadline;
    if (wasOver && deadline > world.now) {
      ledger.check(this, this.#running);
    }
  }

  #reconcile(): void {
    const wanted = this.#wanted();
    for (const unit of wanted) {
      if (!this.#running.has(unit)) {
        this.#start(unit);
      }
    }
    for (const unit of this.#running) {
      if (!wanted.has(unit)) {
        this.#stop(unit);
      }
    }
  }

  #wanted(): ReadonlySet<string> {
    const config = this.#options.configStore.snapshot();
    return new Set([
      ...this.#assignment.connectors.filter((connector) => config.contains(connector)),
      ...this.#assignment.tasks
        .filter(({ connector, task }) => !this.#held.has(connector) && task < config.taskCount(connector))
        .map(({ connector, task }) => `${connector}-${task}`),
    ]);
  }

  #start(unit: string): void {
    const { ledger, world } = this.#options;
    // Without a lease hosts write nothing; what runs then is looked at when there is one again.
    if (this.#leaseUntil > world.now) {
      ledger.check(this, [unit]);
    }
    this.#running.add(unit);
    this.#starts += 1;
    this.startsOf.set(unit, (this.startsOf.get(unit) ?? 0) + 1);
  }

  #stop(unit: string): void {
    if (this.#stops.has(unit)) {
      return;
    }
    const { main, stopMs, world } = this.#options;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#stops.set(unit, { done: promise });
    world.after(this.#hosts, stopMs(), () => {
      this.#running.delete(unit);
      // The main process learns of it when it can.
      world.after(main, 0, () => {
        this.#stops.delete(unit);
        resolve(undefined);
        this.#reconcile();
      });
    });
  }

  async #stopped(units: readonly string[]): Promise<void> {
    await Promise.all(units.flatMap((unit) => this.#stops.get(unit)?.done ?? []));
  }
}

function names({ connectors, tasks }: ConnectorsAndTasks): readonly string[] {
  return [...connectors, ...tasks.map(({ connector, task }) => `${connector}-${task}`)];
}
