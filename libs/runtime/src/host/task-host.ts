import type { Logger } from 'pino';
import { withLimit } from '../task/waiting.ts';
import type { Report, UnitRunner } from '../task/task-runner.ts';
import { errorData } from './error-data.ts';
import type { MainLink } from './host-link.ts';
import { Lease } from './lease.ts';
import {
  unitKey,
  type HostInit,
  type HostRequest,
  type StopOutcome,
  type TaskMetrics,
  type ToHost,
  type UnitRun,
  type UnitStart,
} from './messages.ts';

/** Makes the runners of a host; holds its Kafka connections, stores and plugins. */
export interface UnitFactory {
  connector(start: UnitStart, report: Report): Promise<UnitRunner & { taskConfigs(): Promise<unknown> }>;
  task(start: UnitStart, report: Report): Promise<UnitRunner>;
  close(): Promise<void>;
}

export interface TaskHostOptions {
  readonly main: MainLink;
  readonly createFactory: (init: HostInit, lease: Lease) => Promise<{ factory: UnitFactory; logger: Logger }>;
  /** Ends the process, or lets an inline host end. */
  readonly exit: (code: number) => void;
  readonly metricsIntervalMs: number;
}

interface Living {
  readonly of: UnitRun;
  runner: (UnitRunner & { taskConfigs?: () => Promise<unknown> }) | null;
  /** Set when it was stopped before its start had finished. */
  ended: boolean;
}

/** The inside of a task host: starts and stops units on request, and reports what they tell. */
export class TaskHost {
  readonly #options: TaskHostOptions;
  readonly #lease = new Lease();
  readonly #units = new Map<string, Living>();
  #factory: UnitFactory | null = null;
  #logger: Logger | null = null;
  #metricsTimer: NodeJS.Timeout | null = null;

  constructor(options: TaskHostOptions) {
    this.#options = options;
    options.main.onMessage((message) => {
      this.#receive(message);
    });
  }

  #receive(message: ToHost): void {
    switch (message.type) {
      case 'init':
        void this.#init(message);
        return;
      case 'lease':
        this.#lease.renew(message.deadline);
        return;
      case 'request':
        void this.#answer(message.id, message.request);
        return;
      case 'shutdown':
        void this.#shutdown();
        return;
    }
  }

  async #init(init: HostInit): Promise<void> {
    try {
      const { factory, logger } = await this.#options.createFactory(init, this.#lease);
      this.#factory = factory;
      this.#logger = logger;
      this.#metricsTimer = setInterval(() => {
        this.#sendMetrics();
      }, this.#options.metricsIntervalMs);
      this.#metricsTimer.unref();
      this.#options.main.send({ type: 'ready' });
    } catch (error) {
      this.#options.main.send({ type: 'init-failed', error: errorData(error) });
      this.#options.exit(1);
    }
  }

  async #answer(id: number, request: HostRequest): Promise<void> {
    try {
      const value = await this.#perform(request);
      this.#options.main.send({ type: 'reply', id, ok: true, value });
    } catch (error) {
      this.#options.main.send({ type: 'reply', id, ok: false, error: errorData(error) });
    }
  }

  async #perform(request: HostRequest): Promise<unknown> {
    switch (request.op) {
      case 'ping':
        return null;
      case 'start':
        await this.#start(request.unit);
        return null;
      case 'stop':
        return this.#stop(request.unit, request.timeoutMs);
      case 'target-state':
        await this.#living(request.unit).setTargetState(request.state);
        return null;
      case 'task-configs':
        return this.#living(request.unit).taskConfigs?.();
    }
  }

  async #start(start: UnitStart): Promise<void> {
    const living: Living = {
      of: { connector: start.connector, task: start.task, run: start.run },
      runner: null,
      ended: false,
    };
    const key = unitKey(start);
    this.#units.set(key, living);
    const report: Report = (event) => {
      if (!living.ended) {
        if (event.kind === 'failed' || event.kind === 'lease-expired') {
          this.#forget(key, living);
        }
        this.#options.main.send({ type: 'event', unit: living.of, event });
      }
    };
    try {
      await this.#lease.whenValid();
      const factory = this.#requireFactory();
      const runner =
        start.task === null ? await factory.connector(start, report) : await factory.task(start, report);
      living.runner = runner;
      if (living.ended) {
        await runner.stop();
        return;
      }
      await runner.start();
    } catch (error) {
      this.#forget(key, living);
      throw error;
    }
  }

  async #stop(unit: UnitRun, timeoutMs: number): Promise<StopOutcome> {
    const key = unitKey(unit);
    const living = this.#units.get(key);
    if (living?.of.run !== unit.run) {
      return 'not-running';
    }
    this.#forget(key, living);
    const runner = living.runner;
    if (runner === null) {
      return 'stopped';
    }
    try {
      await withLimit(runner.stop(), timeoutMs);
      return 'stopped';
    } catch (error) {
      runner.cancel();
      this.#logger?.warn({ unit: key, err: error }, 'Unit did not stop cleanly');
      return 'cancelled';
    }
  }

  #living(unit: UnitRun): NonNullable<Living['runner']> {
    const living = this.#units.get(unitKey(unit));
    if (living?.of.run !== unit.run || living.runner === null) {
      throw new Error(`${unitKey(unit)} does not run here`);
    }
    return living.runner;
  }

  #forget(key: string, living: Living): void {
    living.ended = true;
    if (this.#units.get(key) === living) {
      this.#units.delete(key);
    }
  }

  #requireFactory(): UnitFactory {
    if (this.#factory === null) {
      throw new Error('The task host was asked to work before it was initialised');
    }
    return this.#factory;
  }

  #sendMetrics(): void {
    const tasks: TaskMetrics[] = [];
    for (const { of, runner } of this.#units.values()) {
      const values = runner?.metrics?.();
      if (of.task !== null && values !== undefined) {
        tasks.push({ connector: of.connector, task: of.task, values });
      }
    }
    if (tasks.length > 0) {
      this.#options.main.send({ type: 'metrics', tasks });
    }
  }

  async #shutdown(): Promise<void> {
    if (this.#metricsTimer !== null) {
      clearInterval(this.#metricsTimer);
    }
    try {
      await this.#factory?.close();
    } catch (error) {
      this.#logger?.warn({ err: error }, 'Closing the task host failed');
    }
    this.#options.exit(0);
  }
}
