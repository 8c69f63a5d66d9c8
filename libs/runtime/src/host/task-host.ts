import type { Props } from '@millrace/connect-api';
import type { Logger } from 'pino';
import type { Report, UnitRunner } from '../task/task-runner.ts';
import { errorData } from './error-data.ts';
import type { MainLink } from './host-link.ts';
import { HostedUnit } from './hosted-unit.ts';
import { Lease } from './lease.ts';
import type { OffsetChange } from './offset-change.ts';
import type { PreviewJob } from './preview.ts';
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
  connector(start: UnitStart, report: Report): Promise<UnitRunner>;
  task(start: UnitStart, report: Report): Promise<UnitRunner>;
  /** Asks a connector, which is not started, whether its offsets may be altered. */
  alterOffsets(connectorConfig: Props, change: OffsetChange): Promise<boolean>;
  /** What transforms make of samples, as JSON text. */
  preview(job: PreviewJob): Promise<string>;
  close(): Promise<void>;
}

/** What a host works with once its worker has told it the configuration. */
export interface HostWork {
  readonly factory: UnitFactory;
  readonly logger: Logger;
  /** Milliseconds a unit that failed may take to release what it holds. */
  readonly gracefulTimeoutMs: number;
  /** Milliseconds between two reports of the tasks' counters. */
  readonly metricsIntervalMs: number;
}

export interface TaskHostOptions {
  readonly main: MainLink;
  readonly createWork: (init: HostInit, lease: Lease) => Promise<HostWork>;
  /** Ends the process, or lets an inline host end. */
  readonly exit: (code: number) => void;
}

/** The inside of a task host: starts and stops units on request, and reports what they tell. */
export class TaskHost {
  readonly #options: TaskHostOptions;
  readonly #lease = new Lease();
  readonly #units = new Map<string, HostedUnit>();
  #work: HostWork | null = null;
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
      const work = await this.#options.createWork(init, this.#lease);
      this.#work = work;
      this.#metricsTimer = setInterval(() => {
        this.#sendMetrics(this.#units.values());
      }, work.metricsIntervalMs);
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
        await this.#hosted(request.unit).setTargetState(request.state);
        return null;
      case 'task-configs':
        return this.#hosted(request.unit).taskConfigs();
      case 'alter-offsets':
        return this.#requireWork().factory.alterOffsets(request.connectorConfig, request.change);
      case 'preview':
        return this.#requireWork().factory.preview(request.job);
    }
  }

  async #start(start: UnitStart): Promise<void> {
    const work = this.#requireWork();
    const key = unitKey(start);
    const of: UnitRun = { connector: start.connector, task: start.task, run: start.run };
    const unit = new HostedUnit({
      of,
      lease: this.#lease,
      gracefulTimeoutMs: work.gracefulTimeoutMs,
      logger: work.logger,
      create: (report) =>
        start.task === null ? work.factory.connector(start, report) : work.factory.task(start, report),
      send: (event) => {
        this.#options.main.send({ type: 'event', unit: of, event });
      },
      onEnd: () => {
        // Its last word: of a task that fails, why it did is counted there.
        this.#sendMetrics([unit]);
        if (this.#units.get(key) === unit) {
          this.#units.delete(key);
        }
      },
    });
    this.#units.set(key, unit);
    await unit.start();
  }

  async #stop(of: UnitRun, timeoutMs: number): Promise<StopOutcome> {
    const unit = this.#units.get(unitKey(of));
    return unit?.of.run === of.run ? unit.stop(timeoutMs) : 'not-running';
  }

  #hosted(of: UnitRun): HostedUnit {
    const unit = this.#units.get(unitKey(of));
    if (unit?.of.run !== of.run) {
      throw new Error(`${unitKey(of)} does not run here`);
    }
    return unit;
  }

  #requireWork(): HostWork {
    if (this.#work === null) {
      throw new Error('The task host was asked to work before it was initialised');
    }
    return this.#work;
  }

  #sendMetrics(units: Iterable<HostedUnit>): void {
    const tasks: TaskMetrics[] = [];
    for (const unit of units) {
      const measured = unit.metrics();
      if (measured !== null) {
        tasks.push(measured);
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
      await this.#work?.factory.close();
    } catch (error) {
      this.#work?.logger.warn({ err: error }, 'Closing the task host failed');
    }
    this.#options.exit(0);
  }
}
