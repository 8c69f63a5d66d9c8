import {
  assignRound,
  INITIAL_ASSIGNOR_STATE,
  NOTHING,
  type AssignorResult,
  type AssignorState,
  type ConnectorsAndTasks,
} from '../../src/index.ts';

interface Worker {
  owned: ConnectorsAndTasks;
  drained: boolean;
}

/** A cluster in which only the assignor is real: its rounds take effect at once. Its methods read as the story of a test. */
export class AssignorScript {
  readonly workers = new Map<string, Worker>();
  readonly #maxDelayMs: number;
  readonly #tasks = new Map<string, number>();
  #state: AssignorState = INITIAL_ASSIGNOR_STATE;
  #generation = 0;
  #lastCompleted = -1;
  #now = 1_000;

  constructor(options: { readonly maxDelayMs?: number } = {}) {
    this.#maxDelayMs = options.maxDelayMs ?? 0;
  }

  get configured(): ConnectorsAndTasks {
    return {
      connectors: [...this.#tasks.keys()],
      tasks: [...this.#tasks].flatMap(([connector, count]) =>
        Array.from({ length: count }, (_, task) => ({ connector, task })),
      ),
    };
  }

  addWorker(...ids: readonly string[]): this {
    for (const id of ids) {
      this.workers.set(id, { owned: NOTHING, drained: false });
    }
    return this;
  }

  /** The worker is gone, and what it had with it. */
  removeWorker(...ids: readonly string[]): this {
    for (const id of ids) {
      this.workers.delete(id);
    }
    return this;
  }

  drain(id: string, drained = true): this {
    this.#worker(id).drained = drained;
    return this;
  }

  setTasks(connector: string, count: number): this {
    this.#tasks.set(connector, count);
    return this;
  }

  removeConnector(connector: string): this {
    this.#tasks.delete(connector);
    return this;
  }

  /** What a worker says it has, whatever it was given. */
  claims(id: string, owned: ConnectorsAndTasks): this {
    this.#worker(id).owned = owned;
    return this;
  }

  wait(ms: number): this {
    this.#now += ms;
    return this;
  }

  /** The leader is another worker now, which knows nothing of former rounds. */
  changeLeader(): this {
    this.#state = INITIAL_ASSIGNOR_STATE;
    return this;
  }

  /** A round that every member takes part in. */
  rebalance(): AssignorResult {
    const result = this.#assign();
    for (const [id, { assigned, revoked }] of result.members) {
      const worker = this.#worker(id);
      worker.owned = {
        connectors: [
          ...worker.owned.connectors.filter((c) => !revoked.connectors.includes(c)),
          ...assigned.connectors,
        ],
        tasks: [
          ...worker.owned.tasks.filter(
            (t) => !revoked.tasks.some((r) => r.connector === t.connector && r.task === t.task),
          ),
          ...assigned.tasks,
        ],
      };
    }
    this.#lastCompleted = this.#generation;
    return result;
  }

  /** A round whose assignments never reach the members. */
  rebalanceInVain(): AssignorResult {
    return this.#assign();
  }

  /** Rounds as the protocol makes them: again after a revocation, and after a delay. How many it took. */
  settle(): number {
    for (let rounds = 1; rounds < 50; rounds += 1) {
      const { members, delayMs } = this.rebalance();
      this.wait(delayMs);
      const revoked = [...members.values()].some((told) => count(told.revoked) > 0);
      if (!revoked && delayMs === 0) {
        return rounds;
      }
    }
    throw new Error('The cluster does not settle');
  }

  /** `connectors/tasks` of every worker. */
  loads(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.workers].map(([id, { owned }]) => [id, `${owned.connectors.length}/${owned.tasks.length}`]),
    );
  }

  /** What a worker has, as `connector` and `connector-task`. */
  owned(id: string): readonly string[] {
    return names(this.#worker(id).owned);
  }

  #assign(): AssignorResult {
    this.#generation += 1;
    const result = assignRound(this.#state, {
      now: this.#now,
      maxDelayMs: this.#maxDelayMs,
      generation: this.#generation,
      lastCompletedGeneration: this.#lastCompleted,
      configured: this.configured,
      members: [...this.workers].map(([id, { owned, drained }]) => ({ id, owned, drained })),
    });
    this.#state = result.state;
    return result;
  }

  #worker(id: string): Worker {
    const worker = this.workers.get(id);
    if (worker === undefined) {
      throw new Error(`There is no worker ${id}`);
    }
    return worker;
  }
}

export function names({ connectors, tasks }: ConnectorsAndTasks): readonly string[] {
  return [...connectors, ...tasks.map(({ connector, task }) => `${connector}-${task}`)];
}

export function count({ connectors, tasks }: ConnectorsAndTasks): number {
  return connectors.length + tasks.length;
}
