import { createAdmin, createKafkaClient, type KafkaClient } from '@millrace/kafka';
import { memoryConfigBackingStore, MemoryTopic, type ConfigBackingStore } from '@millrace/topic-stores';
import { uniqueName, waitFor } from '@millrace/testing';
import { pino } from 'pino';
import {
  WorkerCoordinator,
  type AssignmentRound,
  type ConnectorsAndTasks,
  type CoordinatorListener,
  type WorkerCoordinatorOptions,
} from '../../src/index.ts';

const logger = pino({ level: process.env['MILLRACE_TEST_LOG'] ?? 'silent' });

type Overrides = Partial<Omit<WorkerCoordinatorOptions, 'groupId' | 'workerId' | 'listener' | 'client'>> & {
  /** Settings of the worker's client on top of the cluster's. */
  readonly clientProps?: Readonly<Record<string, string>>;
};

/** What would run on a worker: connectors by name, tasks as `connector-0`. Starting and stopping take no time. */
export class TestWorker implements CoordinatorListener {
  readonly id: string;
  readonly running = new Set<string>();
  readonly rounds: AssignmentRound[] = [];
  /** What was told, in order. */
  readonly told: string[] = [];
  readonly coordinator: WorkerCoordinator;
  readonly configStore: ConfigBackingStore;
  readonly client: KafkaClient;
  /** Awaited before anything counts as stopped. */
  stopping: () => Promise<void> = () => Promise.resolve();
  leaseUntil = Number.NEGATIVE_INFINITY;
  lostAt = Number.NaN;

  constructor(cluster: TestCluster, id: string, configStore: ConfigBackingStore, overrides: Overrides) {
    this.id = id;
    this.configStore = configStore;
    const props = { ...cluster.clientProps, ...overrides.clientProps };
    this.client = createKafkaClient(props, { logger, clientId: id });
    this.coordinator = new WorkerCoordinator({
      client: this.client,
      groupId: cluster.groupId,
      workerId: id,
      url: `http://${id}:8083/`,
      groupInstanceId: id,
      sessionTimeoutMs: 6_000,
      heartbeatIntervalMs: 100,
      rebalanceTimeoutMs: 10_000,
      workerSyncTimeoutMs: 2_000,
      workerUnsyncBackoffMs: 500,
      scheduledRebalanceMaxDelayMs: 0,
      retryBackoffMs: 50,
      connectProtocol: 'sessioned',
      logger,
      ...overrides,
      configStore,
      listener: this,
    });
  }

  get units(): readonly string[] {
    return [...this.running].sort();
  }

  /** Dies without a word: nothing is sent any more. */
  async crash(): Promise<void> {
    await this.client.close();
    this.running.clear();
  }

  onJoinPrepare(): Promise<void> {
    this.told.push('prepare');
    return Promise.resolve();
  }

  async onRevoked(revoked: ConnectorsAndTasks): Promise<void> {
    this.told.push(`revoked ${names(revoked).join(' ')}`);
    await this.stopping();
    for (const name of names(revoked)) {
      this.running.delete(name);
    }
  }

  onAssigned(all: ConnectorsAndTasks, round: AssignmentRound): void {
    this.told.push(`assigned ${names(all).join(' ')}`);
    this.rounds.push(round);
    for (const name of names(all)) {
      this.running.add(name);
    }
  }

  async onLost(reason: string): Promise<void> {
    this.told.push(`lost ${reason}`);
    this.lostAt = performance.now();
    await this.stopping();
    this.running.clear();
  }

  onLease(deadline: number): void {
    this.leaseUntil = deadline;
  }
}

function names({ connectors, tasks }: ConnectorsAndTasks): readonly string[] {
  return [...connectors, ...tasks.map(({ connector, task }) => `${connector}-${task}`)];
}

/** Workers of one group on a real broker, with config stores over one topic in memory. */
export class TestCluster {
  readonly groupId = uniqueName('connect');
  readonly topic = new MemoryTopic('connect-configs');
  readonly workers: TestWorker[] = [];
  readonly clientProps: Readonly<Record<string, string>>;
  readonly #client: KafkaClient;

  constructor(bootstrapServers = process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '') {
    this.clientProps = { 'bootstrap.servers': bootstrapServers, 'retry.backoff.ms': '50' };
    this.#client = createKafkaClient(this.clientProps, { logger, clientId: 'observer' });
  }

  /** A worker that has begun to join. */
  async start(id: string, overrides: Overrides = {}): Promise<TestWorker> {
    const worker = await this.prepare(id, overrides);
    worker.coordinator.start();
    return worker;
  }

  /** A worker that has not begun to join. */
  async prepare(id: string, overrides: Overrides = {}): Promise<TestWorker> {
    const configStore = overrides.configStore ?? (await this.configStore());
    const worker = new TestWorker(this, id, configStore, overrides);
    this.workers.push(worker);
    return worker;
  }

  async configStore(): Promise<ConfigBackingStore> {
    const store = memoryConfigBackingStore(this.topic);
    await store.start();
    return store;
  }

  /** Writes a connector and its task configurations, as a gateway and its owner would. */
  async addConnector(connector: string, tasks: number): Promise<void> {
    const store = await this.configStore();
    await store.write({ kind: 'create-connector', connector, config: { name: connector } });
    await this.setTasks(connector, tasks);
    await store.stop();
  }

  async setTasks(connector: string, tasks: number): Promise<void> {
    const store = await this.configStore();
    const revision = store.snapshot().revision(connector) ?? -1;
    const configs = Array.from({ length: tasks }, (_, task) => ({
      task: String(task),
      revision: String(Math.random()),
    }));
    await store.write({ kind: 'put-task-configs', connector, configs, revision });
    await store.stop();
  }

  async removeConnector(connector: string): Promise<void> {
    const store = await this.configStore();
    await store.write({ kind: 'delete-connector', connector });
    await store.stop();
  }

  describe(): ReturnType<ReturnType<typeof createAdmin>['describeGroup']> {
    return createAdmin(this.#client).describeGroup(this.groupId);
  }

  /** What the live workers run, by worker id. */
  running(...workers: readonly TestWorker[]): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(workers.map((worker) => [worker.id, worker.units]));
  }

  /** Waits until these workers run so many connectors and tasks in all, each once, and spread evenly. */
  async balanced(workers: readonly TestWorker[], connectors: number, tasks: number): Promise<void> {
    const limits = (total: number): readonly number[] => [
      Math.floor(total / workers.length),
      Math.ceil(total / workers.length),
    ];
    await waitFor(
      `${connectors} connectors and ${tasks} tasks on ${workers.map(({ id }) => id).join(', ')}`,
      () => {
        const all = workers.flatMap((worker) => worker.units);
        const counts = workers.map((worker) => ({
          tasks: worker.units.filter((name) => /-\d+$/.test(name)).length,
          connectors: worker.units.filter((name) => !/-\d+$/.test(name)).length,
        }));
        return (
          new Set(all).size === all.length &&
          all.length === connectors + tasks &&
          counts.every((count) => limits(tasks).includes(count.tasks)) &&
          counts.every((count) => limits(connectors).includes(count.connectors))
        );
      },
      { seen: () => this.running(...workers) },
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map(({ coordinator }) => coordinator.leave()));
    await Promise.all(this.workers.map(({ configStore }) => configStore.stop()));
    await this.#client.close();
  }
}
