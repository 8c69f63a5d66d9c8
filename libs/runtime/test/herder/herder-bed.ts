import type { Props } from '@millrace/connect-api';
import { autoRestartSettings, type AutoRestartSettings, type WorkerConfig } from '@millrace/config';
import {
  memoryConfigBackingStore,
  memoryStatusBackingStore,
  MemoryTopic,
  type ConfigBackingStore,
  type StatusBackingStore,
  type StatusEntry,
  type TargetState,
} from '@millrace/topic-stores';
import { pino } from 'pino';
import { Herder } from '../../src/herder/herder.ts';
import type { HostFactory } from '../../src/host/host-link.ts';
import { inlineHostFactory } from '../../src/host/inline-host.ts';
import { unitName, type UnitStart } from '../../src/host/messages.ts';
import { TaskHost, type UnitFactory } from '../../src/host/task-host.ts';
import { errorData } from '../../src/host/error-data.ts';
import type { Report, UnitRunner } from '../../src/task/task-runner.ts';

const silent = pino({ level: 'silent' });
const KIND = { STARTED: 'running', PAUSED: 'paused', STOPPED: 'stopped' } as const;

/** A connector or task that does as it is told, and keeps count of how many of its kind run at once. */
export class ScriptedRunner implements UnitRunner {
  readonly start_: UnitStart;
  readonly report: Report;
  readonly #log: string[];
  readonly #script: Script;

  constructor(start: UnitStart, report: Report, script: Script) {
    this.start_ = start;
    this.report = report;
    this.#script = script;
    this.#log = script.log;
  }

  async start(): Promise<void> {
    const name = unitName(this.start_);
    await this.#script.startGate;
    const error = this.#script.startErrors.get(name);
    if (error !== undefined) {
      throw error;
    }
    this.#log.push(`start ${name}`);
    this.#script.enter(name);
    this.#tell(this.start_.targetState);
  }

  setTargetState(state: TargetState): void {
    this.#log.push(`${state} ${unitName(this.start_)}`);
    this.#tell(state);
  }

  async taskConfigs(): Promise<readonly Props[]> {
    const count = Number(this.start_.connectorConfig['tasks.max'] ?? '1');
    return Promise.resolve(Array.from({ length: count }, (_, task) => ({ number: String(task) })));
  }

  async stop(): Promise<void> {
    await this.#script.stopGates.get(unitName(this.start_));
    this.#script.leave(unitName(this.start_));
    this.#log.push(`stop ${unitName(this.start_)}`);
  }

  cancel(): void {
    this.#log.push(`cancel ${unitName(this.start_)}`);
  }

  fail(failure: string | Error): void {
    const error = typeof failure === 'string' ? new Error(failure) : failure;
    this.report({ kind: 'failed', error: errorData(error) });
  }

  #tell(state: TargetState): void {
    this.report({ kind: KIND[state], version: '1.0' });
  }
}

/** What the runners of a bed do, and what they did. */
export class Script {
  readonly log: string[] = [];
  readonly runners = new Map<string, ScriptedRunner>();
  readonly startErrors = new Map<string, Error>();
  readonly stopGates = new Map<string, Promise<void>>();
  readonly #live = new Map<string, number>();
  startGate: Promise<void> = Promise.resolve();
  /** Names of units that ran twice at once. */
  readonly overlaps: string[] = [];

  enter(name: string): void {
    const count = (this.#live.get(name) ?? 0) + 1;
    this.#live.set(name, count);
    if (count > 1) {
      this.overlaps.push(name);
    }
  }

  leave(name: string): void {
    this.#live.set(name, 0);
  }

  /** Of the newest start of that name. */
  runner(name: string): ScriptedRunner {
    const runner = this.runners.get(name);
    if (runner === undefined) {
      throw new Error(`${name} was never started`);
    }
    return runner;
  }
}

export interface HerderBed {
  readonly herder: Herder;
  readonly script: Script;
  readonly config: ConfigBackingStore;
  /** The topic behind `config`, for records of others. */
  readonly configTopic: MemoryTopic;
  readonly statuses: StatusBackingStore;
  readonly applied: number[];
  /** All statuses of a unit that were ever written, in order; `TOMBSTONE` for a removal. */
  states(connector: string, task?: number): readonly string[];
  create(connector: string, config?: Props): Promise<void>;
  close(): Promise<void>;
}

export interface HerderBedOptions {
  readonly gracefulTimeoutMs?: number;
  readonly unresponsiveMs?: number;
  readonly autoRestart?: AutoRestartSettings;
  /** Hosts of another kind than the inline ones, which the script has no power over. */
  readonly hostFactory?: HostFactory;
}

/** A herder over memory stores, whose tasks run in inline hosts. */
export async function herderBed(options: HerderBedOptions = {}): Promise<HerderBed> {
  const { gracefulTimeoutMs = 200, unresponsiveMs = 10_000 } = options;
  const script = new Script();
  const statusTopic = new MemoryTopic('status', 5);
  const configTopic = new MemoryTopic('config');
  const config = memoryConfigBackingStore(configTopic);
  const statuses = memoryStatusBackingStore(statusTopic);
  await config.start();
  await statuses.start();
  const history: { key: string; entry: StatusEntry | null }[] = [];
  statuses.addListener({
    onStatus: (connector, task, entry) => {
      history.push({ key: unitName({ connector, task }), entry });
    },
  });
  const applied: number[] = [];
  const herder = new Herder({
    workerId: 'worker:1',
    configStore: config,
    statusStore: statuses,
    hostFactory: options.hostFactory ?? scriptedHosts(script, gracefulTimeoutMs),
    hostInit: { type: 'init', config: {} as WorkerConfig },
    hostPoolSize: 2,
    hostUnresponsiveMs: unresponsiveMs,
    gracefulTimeoutMs,
    topicTracking: true,
    measuring: { samples: 2, windowMs: 30_000, now: () => performance.now() },
    autoRestart: options.autoRestart ?? autoRestartSettings({}),
    onApplied: (offset) => applied.push(offset),
    logger: silent,
  });
  herder.onLease(Number.POSITIVE_INFINITY);
  return {
    herder,
    script,
    config,
    configTopic,
    statuses,
    applied,
    states: (connector, task) =>
      history
        .filter(({ key }) => key === unitName({ connector, task: task ?? null }))
        .map(({ entry }) => entry?.state ?? 'TOMBSTONE'),
    async create(connector, props = {}) {
      await config.write({
        kind: 'create-connector',
        connector,
        config: { name: connector, 'connector.class': 'C', ...props },
      });
    },
    async close() {
      await herder.stop();
      await config.stop();
      await statuses.stop();
    },
  };
}

function scriptedHosts(script: Script, gracefulTimeoutMs: number): HostFactory {
  const factory: UnitFactory = {
    connector: (start, report) => Promise.resolve(newRunner(start, report, script)),
    task: (start, report) => Promise.resolve(newRunner(start, report, script)),
    alterOffsets: () => Promise.resolve(true),
    preview: () => Promise.resolve('[]'),
    close: () => Promise.resolve(),
  };
  return inlineHostFactory((main, exit) => {
    new TaskHost({
      main,
      exit,
      createWork: () =>
        Promise.resolve({ factory, logger: silent, gracefulTimeoutMs, metricsIntervalMs: 60_000 }),
    });
  });
}

function newRunner(start: UnitStart, report: Report, script: Script): ScriptedRunner {
  const runner = new ScriptedRunner(start, report, script);
  script.runners.set(unitName(start), runner);
  return runner;
}
