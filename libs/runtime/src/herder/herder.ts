import type { Props } from '@millrace/connect-api';
import type { ConnectorsAndTasks } from '@millrace/rebalance';
import type {
  ConfigBackingStore,
  ConnectorTaskId,
  RestartRequest,
  StatusBackingStore,
  StatusEntry,
} from '@millrace/topic-stores';
import type { Logger } from 'pino';
import type { HostHandle } from '../host/host-handle.ts';
import { HostPool } from '../host/host-pool.ts';
import type { HostFactory } from '../host/host-link.ts';
import { unitKey, type HostInit, type TaskMetrics, type UnitEvent, type UnitRun } from '../host/messages.ts';
import { monotonicFromPerformance } from '../host/monotonic.ts';
import { desiredUnits } from './desired-units.ts';
import { restartPlan } from './restart-plan.ts';
import { TaskConfigPublisher } from './task-config-publisher.ts';
import { Unit, type UnitStatus } from './unit.ts';

/** What the herder is told by the rebalance protocol; the coordinator's listener. */
export interface AssignmentRound {
  readonly generation: number;
  readonly leader: boolean;
}

export interface HerderOptions {
  readonly workerId: string;
  readonly configStore: ConfigBackingStore;
  readonly statusStore: StatusBackingStore;
  readonly hostFactory: HostFactory;
  readonly hostInit: HostInit;
  readonly hostPoolSize: number;
  /** A task host that does not answer for so long is ended and replaced. */
  readonly hostUnresponsiveMs: number;
  readonly gracefulTimeoutMs: number;
  readonly topicTracking: boolean;
  readonly logger: Logger;
}

const NOTHING: ConnectorsAndTasks = { connectors: [], tasks: [] };
const FLUSH_LIMIT_MS = 5_000;

/**
 * Runs what the group has assigned to this worker: keeps one {@link Unit} per connector and task, tells each what the config topic
 * wants of it, writes statuses, publishes task configurations. Joining and assigning is the WorkerCoordinator's.
 */
export class Herder {
  readonly #options: HerderOptions;
  readonly #logger: Logger;
  readonly #pool: HostPool;
  readonly #publisher: TaskConfigPublisher;
  readonly #units = new Map<string, Unit>();
  /** Connectors whose task configurations changed since the last rebalance (design section 4). */
  readonly #held = new Set<string>();
  readonly #metrics = new Map<string, TaskMetrics>();
  #assignment: ConnectorsAndTasks = NOTHING;
  #generation = -1;
  #runs = 0;

  constructor(options: HerderOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#pool = new HostPool({
      factory: options.hostFactory,
      init: options.hostInit,
      size: options.hostPoolSize,
      unresponsiveMs: options.hostUnresponsiveMs,
      logger: options.logger,
      listener: {
        onEvent: (unit, event) => {
          this.#onEvent(unit, event);
        },
        onMetrics: (tasks) => {
          for (const task of tasks) {
            this.#metrics.set(unitKey(task), task);
          }
        },
        onExit: (host, reason) => {
          this.#onHostExit(host, reason);
        },
      },
    });
    this.#publisher = new TaskConfigPublisher({
      configStore: options.configStore,
      logger: options.logger,
      compute: (connector) => this.#computeTaskConfigs(connector),
      onFailure: (connector, error) => {
        this.#logger.debug({ connector, err: error }, 'Task configurations could not be computed');
      },
    });
    options.configStore.addListener({
      onConnectorConfigUpdate: () => {
        this.#reconcile();
      },
      onConnectorConfigRemove: () => {
        this.#reconcile();
      },
      onTargetStateChange: () => {
        this.#reconcile();
      },
      onTaskConfigUpdate: (_tasks, connector) => {
        this.#held.add(connector);
        this.#reconcile();
      },
      onRestartRequest: (request) => {
        this.#restart(request);
      },
    });
  }

  /** Connectors and tasks that run here now, for metrics and health. */
  counts(): { readonly connectors: number; readonly tasks: number } {
    let connectors = 0;
    let tasks = 0;
    for (const unit of this.#units.values()) {
      if (unit.running) {
        if (unit.task === null) {
          connectors += 1;
        } else {
          tasks += 1;
        }
      }
    }
    return { connectors, tasks };
  }

  taskMetrics(): readonly TaskMetrics[] {
    return [...this.#metrics.values()];
  }

  /** Whether this worker has the connector (`task` null) or task in its assignment. */
  owns(connector: string, task: number | null): boolean {
    return task === null
      ? this.#assignment.connectors.includes(connector)
      : this.#assignment.tasks.some((id) => id.connector === connector && id.task === task);
  }

  /** Restarts one task that is owned here. False: it is not. */
  restartTask(id: ConnectorTaskId): boolean {
    const unit = this.#units.get(unitKey(id));
    if (!this.owns(id.connector, id.task) || unit === undefined) {
      return false;
    }
    unit.restart(false);
    return true;
  }

  /** Before a JoinGroup: whatever was told to stop has stopped (design invariant 4). */
  async onJoinPrepare(): Promise<void> {
    await Promise.all([...this.#units.values()].filter((unit) => unit.wanted === null).map((unit) => unit.settled()));
  }

  /** Gives up what was revoked; resolves when all of it has stopped and its statuses are written. */
  async onRevoked(revoked: ConnectorsAndTasks): Promise<void> {
    const keys = new Set([
      ...revoked.connectors.map((connector) => unitKey({ connector, task: null })),
      ...revoked.tasks.map((id) => unitKey(id)),
    ]);
    this.#assignment = {
      connectors: this.#assignment.connectors.filter((connector) => !keys.has(unitKey({ connector, task: null }))),
      tasks: this.#assignment.tasks.filter((id) => !keys.has(unitKey(id))),
    };
    await this.#settle([...keys]);
    await this.#flushStatuses();
  }

  /** Starts what is newly assigned; does not wait for it. */
  onAssigned(assignment: ConnectorsAndTasks, round: AssignmentRound): void {
    this.#logger.info(
      { connectors: assignment.connectors.length, tasks: assignment.tasks.length, ...round },
      'Assignment received',
    );
    this.#assignment = assignment;
    this.#generation = round.generation;
    this.#held.clear();
    if (round.leader) {
      this.#removeOrphanStatuses();
    }
    this.#reconcile();
  }

  /** Membership is lost: everything stops. */
  async onLost(reason: string): Promise<void> {
    this.#logger.warn({ reason }, 'Lost the place in the group; stopping everything');
    await this.#stopAll();
  }

  /** The membership holds until `deadline` (of `performance.now()`). */
  onLease(deadline: number): void {
    this.#pool.renewLease(monotonicFromPerformance(deadline));
  }

  /** Stops everything and ends the hosts; the coordinator leaves the group after it. */
  async stop(): Promise<void> {
    this.#publisher.stop();
    await this.#stopAll();
    this.#pool.shutdown();
  }

  async #stopAll(): Promise<void> {
    this.#assignment = NOTHING;
    await this.#settle([...this.#units.keys()]);
    await this.#flushStatuses();
  }

  async #settle(keys: readonly string[]): Promise<void> {
    this.#reconcile();
    await Promise.all(keys.map((key) => this.#units.get(key)?.settled()));
    for (const key of keys) {
      const unit = this.#units.get(key);
      if (unit?.wanted === null && !unit.running) {
        this.#units.delete(key);
        this.#metrics.delete(key);
      }
    }
  }

  async #flushStatuses(): Promise<void> {
    try {
      await this.#options.statusStore.flush(FLUSH_LIMIT_MS);
    } catch (error) {
      this.#logger.warn({ err: error }, 'Statuses could not be written in time');
    }
  }

  /** Tells every unit what is wanted of it now. */
  #reconcile(): void {
    const wanted = desiredUnits(this.#assignment, this.#options.configStore.snapshot(), this.#held);
    for (const [key, spec] of wanted) {
      this.#unit(key, spec).want(spec);
    }
    for (const [key, unit] of this.#units) {
      if (!wanted.has(key)) {
        unit.want(null);
        if (unit.task === null) {
          this.#publisher.cancel(unit.connector);
        }
      }
    }
  }

  #unit(key: string, of: { readonly connector: string; readonly task: number | null }): Unit {
    let unit = this.#units.get(key);
    if (unit === undefined) {
      unit = new Unit({
        connector: of.connector,
        task: of.task,
        pool: this.#pool,
        logger: this.#logger,
        gracefulTimeoutMs: this.#options.gracefulTimeoutMs,
        nextRun: () => (this.#runs += 1),
        listener: {
          onStatus: (source, status) => {
            this.#writeStatus(source, status);
          },
          onReconfigure: (source) => {
            this.#publisher.request(source.connector);
          },
          onTopic: (source, topic) => {
            this.#recordTopic(source, topic);
          },
        },
      });
      this.#units.set(key, unit);
    }
    return unit;
  }

  async #computeTaskConfigs(connector: string): Promise<readonly Props[]> {
    const unit = this.#units.get(unitKey({ connector, task: null }));
    if (unit?.wanted?.targetState !== 'STARTED') {
      throw new Error(`Connector ${connector} does not run here`);
    }
    return (await unit.taskConfigs()) as readonly Props[];
  }

  #restart(request: RestartRequest): void {
    const { statusStore } = this.#options;
    const plan = restartPlan(
      request,
      statusStore.connector(request.connector),
      statusStore.tasks(request.connector),
    );
    const announced = request.includeTasks || request.onlyFailed;
    const units = [
      ...(plan.restartConnector ? [unitKey({ connector: request.connector, task: null })] : []),
      ...plan.tasks.map((task) => unitKey({ connector: request.connector, task })),
    ];
    for (const key of units) {
      const unit = this.#units.get(key);
      if (unit !== undefined && unit.wanted !== null) {
        unit.restart(announced);
      }
    }
  }

  #onEvent(of: UnitRun, event: UnitEvent): void {
    this.#units.get(unitKey(of))?.onEvent(of.run, event);
  }

  #onHostExit(host: HostHandle, reason: string): void {
    for (const unit of this.#units.values()) {
      unit.onHostExit(host, reason);
    }
  }

  #writeStatus(unit: Unit, status: UnitStatus): void {
    const entry: StatusEntry = {
      connector: unit.connector,
      task: unit.task,
      workerId: this.#options.workerId,
      generation: this.#generation,
      ...status,
    };
    // Which states give way to a newer owner's: spec/topics.md section 4.
    if (status.state === 'UNASSIGNED' || status.state === 'FAILED') {
      this.#options.statusStore.putSafe(entry);
    } else {
      this.#options.statusStore.put(entry);
    }
  }

  #recordTopic(unit: Unit, topic: string): void {
    const { statusStore, topicTracking } = this.#options;
    if (topicTracking && unit.task !== null && statusStore.topic(unit.connector, topic) === undefined) {
      statusStore.putTopic({ topic, connector: unit.connector, task: unit.task, discoverTimestamp: Date.now() });
    }
  }

  /** The leader removes statuses of connectors and tasks that are gone from the config topic. */
  #removeOrphanStatuses(): void {
    const { statusStore, configStore } = this.#options;
    const state = configStore.snapshot();
    for (const connector of statusStore.connectors()) {
      const entries = [statusStore.connector(connector), ...statusStore.tasks(connector)];
      for (const entry of entries) {
        if (entry !== undefined && this.#orphan(entry, state.contains(connector), state.taskCount(connector))) {
          statusStore.put({ ...entry, state: 'DESTROYED' });
        }
      }
    }
  }

  #orphan(entry: StatusEntry, exists: boolean, taskCount: number): boolean {
    return !exists || (entry.task !== null && entry.task >= taskCount);
  }
}

