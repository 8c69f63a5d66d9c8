import type { Time } from '@millrace/kafka';
import { WorkerCoordinator, WorkerIdInUseError, WorkerReplacedError } from '@millrace/rebalance';
import type { Logger } from 'pino';
import type { GroupCoordinator } from './group-coordinator.ts';
import type { Ledger } from './ledger.ts';
import type { Network } from './network.ts';
import { SimClient } from './sim-client.ts';
import { SimConfigStore, type ConfigTopic } from './sim-config-store.ts';
import { SimHerder } from './sim-herder.ts';
import type { Actor, World } from './world.ts';

/** What all workers of a simulated cluster share. */
export interface ClusterParts {
  readonly world: World;
  readonly network: Network;
  readonly broker: GroupCoordinator;
  readonly topic: ConfigTopic;
  readonly ledger: Ledger;
  readonly logger: Logger;
  /** Which process has a worker id now, as `status-worker-<id>` says. */
  readonly presence: Map<string, SimWorker>;
  /** Everyone that ever started. */
  readonly workers: readonly SimWorker[];
  readonly drained: Set<string>;
  readonly stopMs: () => number;
  readonly settings: {
    readonly staticMembers: boolean;
    readonly sessionTimeoutMs: number;
    readonly heartbeatIntervalMs: number;
    readonly rebalanceTimeoutMs: number;
    readonly scheduledRebalanceMaxDelayMs: number;
  };
}

/** One worker process with the real WorkerCoordinator and the real group membership in it. */
export class SimWorker implements Actor {
  readonly workerId: string;
  readonly name: string;
  readonly herder: SimHerder;
  readonly store: SimConfigStore;
  readonly #parts: ClusterParts;
  readonly #coordinator: WorkerCoordinator;
  readonly #predecessors: readonly SimWorker[];
  /** Whose id it was when this process started, as far as anybody has said. */
  readonly #predecessor: SimWorker | undefined;
  #announced = false;
  frozen = false;
  dead = false;
  leaving = false;

  constructor(workerId: string, incarnation: number, parts: ClusterParts) {
    const { broker, ledger, logger, network, presence, topic, world, settings } = parts;
    this.workerId = workerId;
    this.name = `${workerId}#${incarnation}`;
    this.#parts = parts;
    this.#predecessors = parts.workers.filter((worker) => worker.workerId === workerId);
    this.#predecessor = presence.get(workerId);
    const time: Time = { now: () => world.now, after: (ms, run) => world.after(this, ms, run) };
    this.store = new SimConfigStore(topic, this, world, network);
    this.herder = new SimHerder({
      world,
      ledger,
      main: this,
      configStore: this.store,
      isUnseated: () => broker.takenOver.has(this.memberId),
      stopMs: parts.stopMs,
    });
    const client = new SimClient(this, network, broker, logger);
    this.#coordinator = new WorkerCoordinator({
      client,
      admin: client.admin(),
      time,
      groupId: 'simulated',
      workerId,
      url: `http://${workerId}/`,
      groupInstanceId: settings.staticMembers ? workerId : null,
      sessionTimeoutMs: settings.sessionTimeoutMs,
      heartbeatIntervalMs: settings.heartbeatIntervalMs,
      rebalanceTimeoutMs: settings.rebalanceTimeoutMs,
      scheduledRebalanceMaxDelayMs: settings.scheduledRebalanceMaxDelayMs,
      workerSyncTimeoutMs: 3_000,
      workerUnsyncBackoffMs: 5_000,
      retryBackoffMs: 100,
      connectProtocol: 'sessioned',
      configStore: this.store,
      drained: () => parts.drained,
      isReplaced: () => this.#isReplaced(),
      isPredecessorDead: () => this.#isPredecessorDead(),
      listener: {
        onJoinPrepare: async () => {
          await this.#announce();
          await this.herder.onJoinPrepare();
        },
        onRevoked: (revoked) => this.herder.onRevoked(revoked),
        onAssigned: (all) => {
          this.herder.onAssigned(all);
        },
        onLost: (reason) => this.herder.onLost(reason),
        onLease: (deadline) => {
          this.herder.onLease(deadline);
        },
      },
      logger: logger.child({ worker: this.name }),
    });
  }

  get memberId(): string {
    return this.#coordinator.state().memberId;
  }

  async start(): Promise<void> {
    this.#parts.world.note(`${this.name}: starts`);
    await this.store.start();
    this.#coordinator.finished.then(
      () => {
        this.#end('left');
      },
      (error: unknown) => {
        this.#onEnd(error);
      },
    );
    this.#coordinator.start();
  }

  /** SIGTERM. */
  leave(): void {
    this.#parts.world.note(`${this.name}: is told to leave`);
    this.leaving = true;
    this.#coordinator.leave().catch((error: unknown) => {
      this.#parts.ledger.report(`${this.name} could not leave: ${String(error)}`);
    });
  }

  /** SIGKILL. */
  crash(): void {
    this.#end('crashes');
  }

  /** What the runtime does when a drain record is read. */
  drainChanged(): void {
    this.#coordinator.requestRejoin('a worker is drained, or no longer');
  }

  #onEnd(error: unknown): void {
    const { ledger } = this.#parts;
    if (!(error instanceof WorkerReplacedError || error instanceof WorkerIdInUseError)) {
      ledger.report(
        `${this.name} ended: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
    if (this.herder.running.size > 0) {
      ledger.report(`${this.name} ended while it ran ${[...this.herder.running].join(' ')}`);
    }
    this.#end(`ends: ${String(error)}`);
  }

  #end(how: string): void {
    if (!this.dead) {
      this.#parts.world.note(`${this.name}: ${how}`);
      this.dead = true;
      this.herder.die();
      void this.store.stop();
    }
  }

  async #isPredecessorDead(): Promise<boolean> {
    const dead = this.#predecessors.every((worker) => worker.dead);
    if (dead) {
      await this.#announce();
    }
    return dead;
  }

  /** Writes `status-worker-<id>`, once. */
  async #announce(): Promise<void> {
    while (!this.#announced) {
      try {
        await this.#atBroker(() => {
          this.#parts.presence.set(this.workerId, this);
        });
        this.#announced = true;
      } catch {
        await new Promise<void>((resolve) => {
          this.#parts.world.after(this, 100, resolve);
        });
      }
    }
  }

  async #isReplaced(): Promise<boolean> {
    const holder = await this.#atBroker(() => this.#parts.presence.get(this.workerId));
    return holder !== undefined && holder !== this && holder !== this.#predecessor;
  }

  #atBroker<T>(act: () => T): Promise<T> {
    return this.#parts.network.call<T>(this, 3_000, (answer) => {
      answer(act());
    });
  }
}
