import type { AutoRestartSettings } from '@millrace/config';
import type { Props } from '@millrace/connect-api';
import type { SensorSettings, TaskReading } from '@millrace/metrics';
import type { ConnectorsAndTasks } from '@millrace/rebalance';
import type {
  ConfigBackingStore,
  ConnectorTaskId,
  RestartRequest,
  StatusBackingStore,
} from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { HostPool } from '../host/host-pool.ts';
import type { HostFactory } from '../host/host-link.ts';
import { unitKey, type HostInit } from '../host/messages.ts';
import type { OffsetChange } from '../host/offset-change.ts';
import type { PreviewJob } from '../host/preview.ts';
import { monotonicFromPerformance } from '../host/monotonic.ts';
import { StartupMeasures } from '../metrics/startup-measures.ts';
import { desiredUnits } from './desired-units.ts';
import { restartPlan } from './restart-plan.ts';
import { StatusReporter } from './status-reporter.ts';
import { TaskConfigPublisher, type ComputedTaskConfigs } from './task-config-publisher.ts';
import { TaskReports, type DescribedTask } from './task-reports.ts';
import { UnitTable, type RestartCount } from './unit-table.ts';

/** What the group has agreed upon, as far as the herder needs it. */
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
  /** How starts are measured. */
  readonly measuring: SensorSettings;
  /** How connectors that do not say so themselves are restarted after failures. */
  readonly autoRestart: AutoRestartSettings;
  /** Called when the state of the config topic at an offset has been acted upon. */
  readonly onApplied: (configOffset: number) => void;
  readonly logger: Logger;
}

const NOTHING: ConnectorsAndTasks = { connectors: [], tasks: [] };

/**
 * Runs what the group has assigned to this worker: keeps one {@link Unit} per connector and task, tells each what the config topic
 * wants of it, writes statuses, publishes task configurations. Joining and assigning is the WorkerCoordinator's.
 */
export class Herder {
  readonly #options: HerderOptions;
  readonly #logger: Logger;
  readonly #pool: HostPool;
  readonly #publisher: TaskConfigPublisher;
  readonly #statuses: StatusReporter;
  readonly #units: UnitTable;
  /** Connectors whose task configurations changed since the last rebalance (design section 4). */
  readonly #held = new Set<string>();
  readonly #reports = new TaskReports();
  readonly #startups: StartupMeasures;
  #assignment: ConnectorsAndTasks = NOTHING;
  #reconciling = false;
  #applied = -1;

  constructor(options: HerderOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#startups = new StartupMeasures(options.measuring);
    this.#pool = new HostPool({
      factory: options.hostFactory,
      init: options.hostInit,
      size: options.hostPoolSize,
      unresponsiveMs: options.hostUnresponsiveMs,
      retireLimitMs: 2 * options.gracefulTimeoutMs,
      logger: options.logger,
      listener: {
        onEvent: (of, event) => this.#units.get(of)?.onEvent(of.run, event),
        onMetrics: (tasks) => {
          this.#reports.take(tasks.filter((task) => this.#units.get(task) !== undefined));
        },
        onExit: (host, reason) => {
          this.#units.all().forEach((unit) => {
            unit.onHostExit(host, reason);
          });
        },
        onRetire: (host) => {
          this.#units.all().forEach((unit) => {
            unit.leave(host);
          });
        },
      },
    });
    this.#units = new UnitTable({
      ...options,
      pool: this.#pool,
      onBegin: (key) => {
        this.#startups.begins(key);
      },
      onForget: (key) => {
        this.#reports.forget(key);
      },
      listener: {
        onStatus: (source, status) => {
          this.#startups.reached(source, status.state);
          this.#statuses.report(source, status);
        },
        onReconfigure: (source) => {
          this.#publisher.request(source.connector);
        },
        onTopic: (source, topic) => {
          this.#statuses.sawTopic(source, topic);
        },
      },
    });
    this.#publisher = new TaskConfigPublisher({
      configStore: options.configStore,
      logger: options.logger,
      compute: (connector) => this.#computeTaskConfigs(connector),
    });
    this.#statuses = new StatusReporter({
      ...options,
      ownUnit: (connector, task) =>
        this.owns(connector, task) ? this.#units.get({ connector, task }) : undefined,
    });
    this.#listen();
  }

  /** Connectors and tasks that run here now, for metrics and health. */
  counts(): { readonly connectors: number; readonly tasks: number } {
    return this.#units.counts();
  }

  /** What this worker has been assigned. */
  assignment(): ConnectorsAndTasks {
    return this.#assignment;
  }

  /** What the tasks that are here measured, as their hosts last reported it. */
  taskMetrics(): readonly TaskReading[] {
    return this.#reports.readings((task) => this.#units.get(task)?.running ?? false);
  }

  /** What the tasks that are here are made of, as far as it is known. */
  taskDescriptions(): readonly DescribedTask[] {
    return this.#reports.descriptions();
  }

  /** How starts of connectors and tasks went here, by attribute of `connect-worker-metrics`. */
  startups(): Readonly<Record<string, number>> {
    return this.#startups.values();
  }

  /** Automatic restarts of everything that is owned here, for metrics (`auto-restart-attempts-total`). */
  restartCounts(): readonly RestartCount[] {
    return this.#units.restartCounts();
  }

  /** Whether this worker has the connector (`task` null) or task in its assignment. */
  owns(connector: string, task: number | null): boolean {
    return task === null
      ? this.#assignment.connectors.includes(connector)
      : this.#assignment.tasks.some((id) => id.connector === connector && id.task === task);
  }

  /** Restarts one task that is owned here. False: it is not. */
  restartTask(id: ConnectorTaskId): boolean {
    const unit = this.#units.get(id);
    if (!this.owns(id.connector, id.task) || unit === undefined) {
      return false;
    }
    unit.restart(false);
    return true;
  }

  /**
   * Asks a connector whether its offsets may be altered, in a host of its own; it need not run here. Throws what it refuses with, or
   * why it did not answer in time.
   */
  async alterOffsets(connectorConfig: Props, change: OffsetChange, limitMs: number): Promise<boolean> {
    return (await this.#pool.askOnce({ op: 'alter-offsets', connectorConfig, change }, limitMs)) === true;
  }

  /** Tries transforms on samples, in a host of their own. Throws HostError: what they were refused with, or why they were ended. */
  async preview(job: PreviewJob, limitMs: number): Promise<string> {
    return String(await this.#pool.askOnce({ op: 'preview', job }, limitMs));
  }

  /** Before a JoinGroup: whatever was told to stop has stopped, and has said so (design invariant 4). */
  async onJoinPrepare(): Promise<void> {
    this.#reconcile();
    const stopping = this.#units.all().filter((unit) => unit.wanted === null);
    if (stopping.length > 0) {
      await this.#units.settled(stopping);
      await this.#statuses.flush();
    }
  }

  /** Gives up what was revoked; resolves when all of it has stopped and its statuses are written. */
  async onRevoked(revoked: ConnectorsAndTasks): Promise<void> {
    const keys = new Set([
      ...revoked.connectors.map((connector) => unitKey({ connector, task: null })),
      ...revoked.tasks.map((id) => unitKey(id)),
    ]);
    this.#assignment = {
      connectors: this.#assignment.connectors.filter(
        (connector) => !keys.has(unitKey({ connector, task: null })),
      ),
      tasks: this.#assignment.tasks.filter((id) => !keys.has(unitKey(id))),
    };
    this.#reconcile();
    await this.#units.settled(this.#units.all().filter((unit) => keys.has(unit.key)));
    const state = this.#options.configStore.snapshot();
    this.#statuses.forgetTopics(revoked.connectors.filter((connector) => !state.contains(connector)));
    await this.#statuses.flush();
  }

  /** Starts what is newly assigned; does not wait for it. */
  onAssigned(assignment: ConnectorsAndTasks, round: AssignmentRound): void {
    this.#logger.info(
      { connectors: assignment.connectors.length, tasks: assignment.tasks.length, ...round },
      'Assignment received',
    );
    this.#assignment = assignment;
    this.#statuses.generation = round.generation;
    this.#held.clear();
    this.#reconcile();
    if (round.leader) {
      void this.#statuses.removeOrphans();
    }
  }

  /** Membership is lost: everything stops. */
  async onLost(reason: string): Promise<void> {
    this.#logger.warn({ reason }, 'Lost the place in the group; stopping everything');
    await this.#statuses.whileLost(() => this.#stopAll());
  }

  /** The membership holds until `deadline` (of `performance.now()`). */
  onLease(deadline: number): void {
    this.#pool.renewLease(monotonicFromPerformance(deadline));
  }

  /** Stops everything and ends the hosts; the coordinator leaves the group after it. */
  async stop(): Promise<void> {
    this.#publisher.stop();
    await this.#stopAll();
    await this.#statuses.flush();
    await this.#pool.close();
  }

  #listen(): void {
    this.#options.configStore.addListener({
      // Also of a record that changes nothing: whoever waits until the state was acted upon waits for its offset.
      onAdvance: () => {
        this.#reconcileSoon();
      },
      onTaskConfigUpdate: (_tasks, connector) => {
        this.#held.add(connector);
        if (this.#options.configStore.snapshot().inconsistent(connector)) {
          // Somebody's task records were incomplete: the owner writes a complete set (spec/topics.md section 2.1).
          this.#publisher.request(connector);
        }
      },
      onRestartRequest: (request) => {
        this.#restart(request);
      },
    });
  }

  async #stopAll(): Promise<void> {
    this.#assignment = NOTHING;
    this.#reconcile();
    await this.#units.settled();
  }

  /** Records that were read together lead to one look at the state. */
  #reconcileSoon(): void {
    if (!this.#reconciling) {
      this.#reconciling = true;
      setImmediate(() => {
        this.#reconciling = false;
        this.#reconcile();
      });
    }
  }

  /** Tells every unit what is wanted of it now. */
  #reconcile(): void {
    const state = this.#options.configStore.snapshot();
    const wanted = desiredUnits(this.#assignment, state, this.#held);
    for (const spec of wanted.values()) {
      this.#units.ensure(spec).want(spec);
    }
    for (const unit of this.#units.all()) {
      if (!wanted.has(unit.key)) {
        unit.want(null);
        if (unit.task === null) {
          this.#publisher.cancel(unit.connector);
        }
      }
    }
    void this.#noteApplied(state.offset);
  }

  async #noteApplied(offset: number): Promise<void> {
    await this.#units.settled();
    if (offset > this.#applied) {
      this.#applied = offset;
      this.#options.onApplied(offset);
    }
  }

  async #computeTaskConfigs(connector: string): Promise<ComputedTaskConfigs> {
    const unit = this.#units.get({ connector, task: null });
    if (unit?.wanted?.targetState !== 'STARTED') {
      throw new Error(`Connector ${connector} does not run here`);
    }
    return unit.taskConfigs();
  }

  #restart(request: RestartRequest): void {
    const parts = this.#units.all().filter((unit) => unit.connector === request.connector);
    for (const unit of restartPlan(request, parts)) {
      unit.restart(request.includeTasks || request.onlyFailed);
    }
  }
}
