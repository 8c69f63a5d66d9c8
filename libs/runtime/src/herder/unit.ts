import type { Logger } from 'pino';
import { errorData, HostError } from '../host/error-data.ts';
import { HOST_GONE, type HostHandle } from '../host/host-handle.ts';
import type { HostPool } from '../host/host-pool.ts';
import { unitKey, unitName, type ErrorData, type StopOutcome, type UnitEvent } from '../host/messages.ts';
import type { UnitSpec } from './desired-units.ts';

/** States a unit reports; the herder adds worker and generation and writes them to the status topic. */
export interface UnitStatus {
  readonly state: 'UNASSIGNED' | 'RUNNING' | 'PAUSED' | 'STOPPED' | 'FAILED' | 'RESTARTING';
  readonly trace: string | null;
  readonly version: string | null;
}

export interface UnitListener {
  onStatus(unit: Unit, status: UnitStatus): void;
  /** A connector began to run, or asked for it: its task configurations are to be computed. */
  onReconfigure(unit: Unit): void;
  onTopic(unit: Unit, topic: string): void;
}

export interface UnitOptions {
  readonly connector: string;
  readonly task: number | null;
  readonly pool: HostPool;
  readonly listener: UnitListener;
  readonly logger: Logger;
  readonly nextRun: () => number;
  readonly gracefulTimeoutMs: number;
}

interface Running {
  readonly spec: UnitSpec;
  readonly host: HostHandle;
  readonly run: number;
  state: UnitSpec['targetState'];
  /** Null while it lives; set once it failed and has nothing to be stopped any more. */
  failed: boolean;
}

/** How long a host may take beyond a stop's own time limit before it counts as hung. */
const HUNG_MARGIN_MS = 3_000;

/**
 * One connector or task as its worker sees it: what is wanted of it, what it does, and the one loop that brings the second to
 * the first. Wishes may change at any time; steps never overlap, so a unit can never run twice here (design invariant 4).
 */
export class Unit {
  readonly connector: string;
  readonly task: number | null;
  readonly key: string;
  readonly #options: UnitOptions;
  readonly #logger: Logger;
  #wanted: UnitSpec | null = null;
  #running: Running | null = null;
  #restart: 'none' | 'plain' | 'announced' = 'none';
  /** After its host ended under it, a unit gets a host of its own; if that ends too, it is the culprit. */
  #suspect = false;
  #loop: Promise<void> | null = null;

  constructor(options: UnitOptions) {
    this.#options = options;
    this.connector = options.connector;
    this.task = options.task;
    this.key = unitKey(options);
    this.#logger = options.logger.child({ connector: options.connector, task: options.task ?? undefined });
  }

  get running(): boolean {
    return this.#running !== null && !this.#running.failed;
  }

  get wanted(): UnitSpec | null {
    return this.#wanted;
  }

  /** Sets what is wanted; null: stop. */
  want(spec: UnitSpec | null): void {
    this.#wanted = spec;
    this.#turn();
  }

  /** Stops and starts it again, also when it failed. `announced`: with a RESTARTING status in between. */
  restart(announced: boolean): void {
    this.#restart = announced ? 'announced' : 'plain';
    this.#suspect = false;
    this.#turn();
  }

  /** Resolves when what is wanted has been reached. */
  async settled(): Promise<void> {
    while (this.#loop !== null) {
      await this.#loop;
    }
  }

  /** The task configurations a running connector computes. */
  async taskConfigs(): Promise<unknown> {
    const running = this.#running;
    if (running === null || running.failed) {
      throw new Error(`Connector ${this.connector} is not running`);
    }
    return running.host.request({ op: 'task-configs', unit: this.#runOf(running) });
  }

  onEvent(run: number, event: UnitEvent): void {
    const running = this.#running;
    if (running?.run !== run) {
      return;
    }
    switch (event.kind) {
      case 'running':
      case 'paused':
      case 'stopped':
        this.#reached(event);
        return;
      case 'failed':
        this.#failed(running, event.error);
        return;
      case 'lease-expired':
        // Still wanted? Then the lease came back before a revocation: the loop starts it again.
        this.#logger.warn('Stopped because the membership in the group was not renewed in time');
        this.#forget(running);
        this.#turn();
        return;
      case 'reconfigure':
        this.#options.listener.onReconfigure(this);
        return;
      case 'topic':
        this.#options.listener.onTopic(this, event.topic);
        return;
    }
  }

  /** Its host ended. */
  onHostExit(host: HostHandle, reason: string): void {
    const running = this.#running;
    if (running?.host !== host) {
      return;
    }
    if (running.failed) {
      this.#forget(running);
      return;
    }
    const error = new HostError(errorData(new Error(`The task host (${host.label}) ${reason}`)));
    if (this.#suspect) {
      this.#failed(running, errorData(error));
      return;
    }
    this.#logger.error({ host: host.label, reason }, 'Task host ended; starting again in a host of its own');
    this.#suspect = true;
    this.#forget(running);
    this.#turn();
  }

  #turn(): void {
    this.#loop ??= this.#run().finally(() => {
      this.#loop = null;
    });
  }

  async #run(): Promise<void> {
    // Wishes that arrive together are served by one pass.
    await Promise.resolve();
    while (await this.#step()) {
      // Each step looks at the newest wish.
    }
  }

  /** Takes one step towards what is wanted; false when there is nothing to do. */
  async #step(): Promise<boolean> {
    const wanted = this.#wanted;
    const running = this.#running;
    if (wanted === null) {
      this.#restart = 'none';
      if (running === null) {
        return false;
      }
      await this.#stop(running);
      return true;
    }
    if (running === null) {
      await this.#start(wanted);
      return true;
    }
    if (this.#restart !== 'none' || running.spec.revision !== wanted.revision) {
      const announced = this.#restart === 'announced';
      this.#restart = 'none';
      await this.#stop(running);
      if (announced) {
        this.#status({ state: 'RESTARTING', trace: null, version: null });
      }
      return true;
    }
    if (running.state !== wanted.targetState && !running.failed) {
      running.state = wanted.targetState;
      await this.#transition(running);
      return true;
    }
    return false;
  }

  async #start(spec: UnitSpec): Promise<void> {
    const { pool, nextRun } = this.#options;
    this.#restart = 'none';
    const host = pool.place(this.key, this.#suspect);
    const running: Running = { spec, host, run: nextRun(), state: spec.targetState, failed: false };
    this.#running = running;
    try {
      await host.request({
        op: 'start',
        unit: {
          ...this.#runOf(running),
          connectorConfig: spec.connectorConfig,
          taskConfig: spec.taskConfig,
          targetState: spec.targetState,
        },
      });
    } catch (error) {
      this.#requestFailed(running, error);
    }
  }

  async #transition(running: Running): Promise<void> {
    try {
      await running.host.request({ op: 'target-state', unit: this.#runOf(running), state: running.state });
    } catch (error) {
      this.#requestFailed(running, error);
    }
  }

  async #stop(running: Running): Promise<void> {
    if (!running.failed) {
      const outcome = await this.#stopInHost(running);
      if (outcome === 'cancelled') {
        this.#logger.warn('Did not stop in time and was abandoned; it can write no more');
      }
    }
    const wasFailed = running.failed;
    if (this.#running === running) {
      this.#forget(running);
    }
    if (!wasFailed) {
      this.#status({ state: 'UNASSIGNED', trace: null, version: null });
    }
  }

  async #stopInHost(running: Running): Promise<StopOutcome> {
    const timeoutMs = this.#options.gracefulTimeoutMs;
    const watchdog = setTimeout(() => {
      running.host.kill(`${unitName(this)} could not be stopped within ${timeoutMs + HUNG_MARGIN_MS} ms`);
    }, timeoutMs + HUNG_MARGIN_MS);
    try {
      return (await running.host.request({
        op: 'stop',
        unit: this.#runOf(running),
        timeoutMs,
      })) as StopOutcome;
    } catch (error) {
      if (error instanceof HostError && error.code === HOST_GONE) {
        return 'stopped';
      }
      throw error;
    } finally {
      clearTimeout(watchdog);
    }
  }

  #reached(event: { readonly kind: 'running' | 'paused' | 'stopped'; readonly version: string | null }): void {
    const state = event.kind === 'running' ? 'RUNNING' : event.kind === 'paused' ? 'PAUSED' : 'STOPPED';
    this.#status({ state, trace: null, version: event.version });
    if (event.kind === 'running' && this.task === null) {
      this.#options.listener.onReconfigure(this);
    }
  }

  #requestFailed(running: Running, error: unknown): void {
    // A host that ended is dealt with by onHostExit.
    if (!(error instanceof HostError && error.code === HOST_GONE) && this.#running === running) {
      this.#failed(running, errorData(error));
    }
  }

  #failed(running: Running, error: ErrorData): void {
    if (running.failed) {
      return;
    }
    running.failed = true;
    this.#options.pool.remove(this.key, running.host);
    this.#logger.error({ error: error.message }, 'FAILED; it stays so until it is restarted or reconfigured');
    this.#status({ state: 'FAILED', trace: error.trace, version: null });
  }

  #forget(running: Running): void {
    this.#running = null;
    if (!running.failed) {
      this.#options.pool.remove(this.key, running.host);
    }
  }

  #runOf(running: Running): { connector: string; task: number | null; run: number } {
    return { connector: this.connector, task: this.task, run: running.run };
  }

  #status(status: UnitStatus): void {
    this.#options.listener.onStatus(this, status);
  }
}
