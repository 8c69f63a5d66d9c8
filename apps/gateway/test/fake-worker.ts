import {
  Responder,
  type ClusterConfigState,
  type ConfigWrite,
  type Props,
  type RestartRequest,
  type State,
  type StatusEntry,
} from '@millrace/topic-stores';
import { logger } from './test-gateway.ts';
import type { MemoryCluster, MemoryStores } from './memory-cluster.ts';

export interface FakeWorkerOptions {
  readonly workerId: string;
  readonly version?: string;
  /** Task configurations of a connector; null: the connector fails to start. */
  readonly taskConfigs?: (config: Props) => readonly Props[] | null;
  /** The trace of a task that fails; null: it runs. */
  readonly taskTrace?: (taskConfig: Props) => string | null;
  /** The same of a task that does not even start. */
  readonly startTrace?: (taskConfig: Props) => string | null;
  /** The topics that a task uses. */
  readonly topicsOf?: (taskConfig: Props) => readonly string[];
  /** Told of each task that is started and does not fail. */
  readonly onTask?: (connector: string, taskConfig: Props) => void;
  /** Answers requests other than restarts of tasks. */
  readonly perform?: (op: string, args: unknown) => { readonly code: number; readonly body: unknown };
}

const STATES: Readonly<Record<string, State>> = { STARTED: 'RUNNING', PAUSED: 'PAUSED', STOPPED: 'STOPPED' };

/**
 * What a worker does as far as a gateway can see it: statuses, task configurations, answers. It runs nothing; one of them owns every
 * connector and task.
 */
export class FakeWorker {
  readonly stores: MemoryStores;
  readonly #options: FakeWorkerOptions;
  readonly #responder: Responder;
  /** Revision and target of each connector as it was last acted upon. */
  readonly #acted = new Map<string, string>();
  #working: Promise<void> = Promise.resolve();
  #stopped = false;

  private constructor(stores: MemoryStores, options: FakeWorkerOptions) {
    this.stores = stores;
    this.#options = options;
    const look = (): void => {
      this.#working = this.#working.then(() => this.#reconcile());
    };
    stores.config.addListener({
      onConnectorConfigUpdate: look,
      onConnectorConfigRemove: look,
      onTargetStateChange: look,
      onTaskConfigUpdate: look,
      onRestartRequest: (request) => {
        this.#restart(request);
      },
    });
    this.#responder = new Responder({
      store: stores.status,
      configStore: stores.config,
      workerId: options.workerId,
      isFor: (to) =>
        to.startsWith('owner:') || to.startsWith('plugin:') || to === `worker:${options.workerId}`,
      perform: (op, args) => Promise.resolve(this.#perform(op, args)),
      logger,
    });
  }

  static async start(cluster: MemoryCluster, options: FakeWorkerOptions): Promise<FakeWorker> {
    const worker = new FakeWorker(await cluster.started(), options);
    worker.#responder.start();
    worker.#working = worker.#working.then(() => worker.#reconcile());
    await worker.settled();
    return worker;
  }

  /** Answers no more requests, and does nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#responder.stop();
  }

  /** Resolves when it has acted upon everything that has been written. */
  async settled(): Promise<void> {
    for (;;) {
      const working = this.#working;
      await working;
      await this.stores.config.read();
      // What was read is told a turn later.
      await new Promise((resolve) => setImmediate(resolve));
      if (working === this.#working && this.#isUpToDate(this.stores.config.snapshot())) {
        await this.stores.status.flush(5_000);
        return;
      }
    }
  }

  async #reconcile(): Promise<void> {
    if (this.#stopped) {
      return;
    }
    const state = this.stores.config.snapshot();
    for (const name of [...this.#acted.keys()].filter((known) => !state.contains(known))) {
      this.#acted.delete(name);
      this.#remove(name);
    }
    for (const name of state.connectors()) {
      const wanted = wantedOf(state, name);
      if (this.#acted.get(name) !== wanted) {
        this.#acted.set(name, wanted);
        await this.#act(name, state);
      }
    }
  }

  #isUpToDate(state: ClusterConfigState): boolean {
    const names = state.connectors();
    return (
      this.#acted.size === names.length &&
      names.every((name) => this.#acted.get(name) === wantedOf(state, name))
    );
  }

  async #act(name: string, state: ClusterConfigState): Promise<void> {
    const config = state.connectorConfig(name) ?? {};
    const target = state.targetState(name) ?? 'STARTED';
    const configs = this.#options.taskConfigs?.(config) ?? [config];
    if (this.#options.taskConfigs !== undefined && this.#options.taskConfigs(config) === null) {
      this.#put(name, null, { state: 'FAILED', trace: 'the connector does not start', live: false });
      return;
    }
    this.#put(name, null, { state: STATES[target] ?? 'RUNNING' });
    if (target === 'STARTED') {
      await this.#publish(name, configs, state.revision(name) ?? 0);
    }
    const after = this.stores.config.snapshot();
    for (const { task } of this.stores.status.tasks(name)) {
      if (task !== null && task >= after.taskCount(name)) {
        this.#put(name, task, { state: 'DESTROYED' });
      }
    }
    for (const { task } of after.tasks(name)) {
      this.#start(name, task, after);
    }
  }

  async #publish(connector: string, configs: readonly Props[], revision: number): Promise<void> {
    const write: ConfigWrite = { kind: 'put-task-configs', connector, configs, revision };
    // A newer configuration makes it stale; its own event comes.
    await this.stores.config.write(write).catch(() => undefined);
  }

  #start(name: string, task: number, state: ClusterConfigState): void {
    const config = state.taskConfig({ connector: name, task }) ?? {};
    const atStart = this.#options.startTrace?.(config) ?? null;
    const trace = atStart ?? this.#options.taskTrace?.(config) ?? null;
    const running: State = state.targetState(name) === 'PAUSED' ? 'PAUSED' : 'RUNNING';
    this.#put(name, task, { state: trace === null ? running : 'FAILED', trace, live: atStart === null });
    if (trace === null && running === 'RUNNING') {
      this.#options.onTask?.(name, config);
    }
    for (const topic of this.#options.topicsOf?.(config) ?? []) {
      this.stores.status.putTopic({ topic, connector: name, task, discoverTimestamp: Date.now() });
    }
  }

  #restart({ connector, includeTasks }: RestartRequest): void {
    const state = this.stores.config.snapshot();
    if (this.#stopped || state.targetState(connector) === 'STOPPED') {
      return;
    }
    this.#put(connector, null, { state: STATES[state.targetState(connector) ?? ''] ?? 'RUNNING' });
    for (const { task } of includeTasks ? state.tasks(connector) : []) {
      this.#start(connector, task, state);
    }
  }

  #remove(name: string): void {
    for (const { task } of this.stores.status.tasks(name)) {
      this.#put(name, task, { state: 'DESTROYED' });
    }
    this.#put(name, null, { state: 'DESTROYED' });
    for (const { topic } of this.stores.status.topics(name)) {
      this.stores.status.deleteTopic(name, topic);
    }
  }

  /** `live`: whether an instance wrote it, which knows its version. */
  #put(
    connector: string,
    task: number | null,
    { state, trace = null, live = true }: { state: State; trace?: string | null; live?: boolean },
  ): void {
    const { workerId, version = '4.3.1' } = this.#options;
    const entry: StatusEntry = {
      connector,
      task,
      state,
      trace,
      workerId,
      generation: 1,
      version: live ? version : null,
    };
    this.stores.status.put(entry);
  }

  #perform(op: string, args: unknown): { readonly code: number; readonly body: unknown } {
    if (op === 'restart-task') {
      const { connector, task } = args as { readonly connector: string; readonly task: number };
      this.#start(connector, task, this.stores.config.snapshot());
      return { code: 204, body: null };
    }
    return this.#options.perform?.(op, args) ?? { code: 500, body: { message: `${op} is not known here` } };
  }
}

/** What a worker reacts to: configuration and target state. */
function wantedOf(state: ClusterConfigState, name: string): string {
  return `${state.revision(name) ?? ''} ${state.targetState(name) ?? ''}`;
}
