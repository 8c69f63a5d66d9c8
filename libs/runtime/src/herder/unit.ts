import type { AutoRestartSettings } from '@millrace/config';
import type { Props } from '@millrace/connect-api';
import type { Logger } from 'pino';
import { errorData } from '../host/error-data.ts';
import type { HostHandle } from '../host/host-handle.ts';
import type { HostPool } from '../host/host-pool.ts';
import { unitKey, type ErrorData, type UnitEvent } from '../host/messages.ts';
import { AutoRestart, type AutoRestartCount } from './auto-restart.ts';
import type { UnitSpec } from './desired-units.ts';
import { isHostGone, Life } from './life.ts';
import { nextStep, type RestartWish, type Step } from './next-step.ts';

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
  /** Where the connector does not say itself how it is restarted after failures. */
  readonly autoRestart: AutoRestartSettings;
}

/** Node's timers take no more than this. */
const LONGEST_TIMER_MS = 2_147_483_647;
/** A unit whose host ended under it is watched for so long: if its next host ends too, it is the culprit. */
const SUSPICION_MS = 10 * 60_000;

/**
 * One connector or task as its worker sees it: what is wanted of it, what it does, and the one loop that brings the second to
 * the first. Wishes may change at any time; steps never overlap, so a unit never runs twice here (design invariant 4).
 */
export class Unit {
  readonly connector: string;
  readonly task: number | null;
  readonly key: string;
  readonly #options: UnitOptions;
  readonly #logger: Logger;
  readonly #autoRestart: AutoRestart;
  #wanted: UnitSpec | null = null;
  #life: Life | null = null;
  #restart: RestartWish = 'none';
  #relocate = false;
  #suspectUntil = 0;
  #told: UnitStatus | null = null;
  #loop: Promise<void> | null = null;

  constructor(options: UnitOptions) {
    this.#options = options;
    this.connector = options.connector;
    this.task = options.task;
    this.key = unitKey(options);
    this.#logger = options.logger.child({
      connector: options.connector,
      ...(options.task === null ? {} : { task: options.task }),
    });
    this.#autoRestart = new AutoRestart({
      defaults: options.autoRestart,
      now: () => performance.now(),
      random: Math.random,
      restart: () => {
        this.#restart = 'plain';
        this.#turn();
      },
      logger: this.#logger,
    });
  }

  get running(): boolean {
    return this.#life !== null && !this.#life.failed;
  }

  get failed(): boolean {
    return this.#life?.failed ?? false;
  }

  get wanted(): UnitSpec | null {
    return this.#wanted;
  }

  /** Its automatic restarts. */
  get autoRestarts(): AutoRestartCount {
    return this.#autoRestart.count();
  }

  /** Nothing of it runs and nothing is wanted. */
  get over(): boolean {
    return this.#wanted === null && this.#life === null && this.#loop === null;
  }

  /** Sets what is wanted; null: stop. */
  want(spec: UnitSpec | null): void {
    this.#wanted = spec;
    this.#autoRestart.follow(spec);
    this.#turn();
  }

  /** Stops and starts it again since somebody says so, also when it failed. `announced`: with a RESTARTING status in between. */
  restart(announced: boolean): void {
    if (this.#wanted !== null) {
      this.#restart = announced ? 'announced' : 'plain';
      this.#suspectUntil = 0;
      this.#autoRestart.forget();
      this.#turn();
    }
  }

  /** Its status was overwritten by a worker that had it before: what is true is written again. */
  tellAgain(): void {
    if (this.#life !== null && !this.#life.stopping && this.#told !== null) {
      this.#status(this.#told);
    }
  }

  /** Its host is about to be ended: it moves to another one. */
  leave(host: HostHandle): void {
    if (this.#life?.host === host) {
      this.#relocate = true;
      this.#turn();
    }
  }

  /** Resolves when every stop that is wanted is done and every start that is wanted has begun. */
  async settled(): Promise<void> {
    while (this.#loop !== null) {
      await this.#loop;
    }
  }

  /** The task configurations of a running connector, and the revision of its configuration that they follow from. */
  async taskConfigs(): Promise<{ readonly configs: readonly Props[]; readonly revision: number }> {
    const life = this.#life;
    if (life?.lives !== true) {
      throw new Error(`Connector ${this.connector} is not running`);
    }
    return { configs: (await life.taskConfigs()) as readonly Props[], revision: Number(life.spec.revision) };
  }

  onEvent(run: number, event: UnitEvent): void {
    const life = this.#life;
    if (life?.run !== run || !life.lives) {
      return;
    }
    switch (event.kind) {
      case 'running':
      case 'paused':
      case 'stopped':
        this.#reached(event);
        return;
      case 'failed':
        this.#fail(life, event.error);
        return;
      case 'lease-expired':
        // Still wanted? Then the lease may come back before a revocation: the host starts it again when it does.
        this.#logger.warn('Stopped because the membership in the group was not renewed in time');
        this.#end(life);
        this.#turn();
        return;
      case 'reconfigure':
        this.#options.listener.onReconfigure(this);
        return;
      case 'values-expire':
        this.#restartLater(life, event.afterMs);
        return;
      case 'topic':
        this.#options.listener.onTopic(this, event.topic);
        return;
    }
  }

  /** A host ended. */
  onHostExit(host: HostHandle, reason: string): void {
    const life = this.#life;
    if (life?.host !== host || !life.lives) {
      return;
    }
    if (host.alone && performance.now() < this.#suspectUntil) {
      const message = `The task host (${host.label}) ${reason}, and it was alone there; so did the one before`;
      const trace = `TaskHostError: ${message}`;
      this.#fail(life, { name: 'TaskHostError', message, code: null, trace, restartable: false });
      return;
    }
    this.#logger.error({ host: host.label, reason }, 'Its task host ended; starting again in another one');
    this.#suspectUntil = performance.now() + SUSPICION_MS;
    this.#end(life);
    this.#status({ state: 'UNASSIGNED', trace: null, version: null });
    this.#turn();
  }

  /** A secret was given for a limited time (KIP-297): the connector is started anew with what its provider says then. */
  #restartLater(life: Life, ms: number): void {
    setTimeout(
      () => {
        if (this.#life === life && !life.failed) {
          this.#logger.info('Restarting, since values of a config provider may have changed');
          this.restart(false);
        }
      },
      Math.min(ms, LONGEST_TIMER_MS),
    ).unref();
  }

  #turn(): void {
    if (this.#loop === null && this.#next() !== null) {
      this.#loop = this.#run().finally(() => {
        this.#loop = null;
        // A wish may have come between the last look and now.
        this.#turn();
      });
    }
  }

  #next(): Step {
    return nextStep({
      wanted: this.#wanted,
      life: this.#life,
      restart: this.#restart,
      relocate: this.#relocate,
    });
  }

  async #run(): Promise<void> {
    // Wishes that arrive together are served by one pass.
    await Promise.resolve();
    for (let step = this.#next(); step !== null; step = this.#next()) {
      await this.#take(step);
    }
  }

  async #take(step: NonNullable<Step>): Promise<void> {
    const life = this.#life;
    if (life === null) {
      this.#start();
      return;
    }
    switch (step) {
      case 'start':
        return;
      case 'forget':
        this.#life = null;
        return;
      case 'stop':
        await this.#stop(life);
        this.#status({ state: 'UNASSIGNED', trace: null, version: null });
        return;
      case 'restart':
        await this.#stopForRestart(life);
        return;
      case 'relocate':
        await this.#stop(life);
        return;
      case 'transition':
        this.#follow(life, life.setTargetState(this.#wanted?.targetState ?? life.targetState));
        return;
    }
  }

  async #stopForRestart(life: Life): Promise<void> {
    const announced = this.#restart === 'announced';
    if (life.failed) {
      this.#life = null;
    } else {
      await this.#stop(life);
      this.#status({ state: 'UNASSIGNED', trace: null, version: null });
    }
    if (announced && this.#wanted !== null) {
      this.#status({ state: 'RESTARTING', trace: null, version: null });
    }
  }

  /** Asks a host to start it. Not awaited: a start may take long, and a stop must be able to follow. */
  #start(): void {
    const spec = this.#wanted;
    if (spec === null) {
      return;
    }
    const { pool, nextRun } = this.#options;
    this.#restart = 'none';
    this.#relocate = false;
    this.#told = null;
    const suspect = performance.now() < this.#suspectUntil;
    const life = new Life(spec, nextRun(), pool.place(this.key, { task: this.task !== null, suspect }));
    this.#life = life;
    this.#follow(life, this.#launch(life));
  }

  async #launch(life: Life): Promise<void> {
    this.#autoRestart.begin(life.spec);
    await life.start();
  }

  #follow(life: Life, asked: Promise<void>): void {
    asked.catch((error: unknown) => {
      // A host that ended is dealt with by onHostExit.
      if (!isHostGone(error) && this.#life === life && !life.stopping) {
        this.#fail(life, errorData(error));
      }
    });
  }

  async #stop(life: Life): Promise<void> {
    const { gracefulTimeoutMs, pool } = this.#options;
    if ((await life.stop(gracefulTimeoutMs, this.#logger)) === 'cancelled') {
      this.#logger.warn('Did not stop in time; its task host is emptied and ended');
      pool.remove(this.key, life.host);
      await pool.retire(life.host);
    }
    this.#end(life);
  }

  #reached(event: {
    readonly kind: 'running' | 'paused' | 'stopped';
    readonly version: string | null;
  }): void {
    const state = ({ running: 'RUNNING', paused: 'PAUSED', stopped: 'STOPPED' } as const)[event.kind];
    this.#status({ state, trace: null, version: event.version });
    if (event.kind === 'running' && this.task === null) {
      this.#options.listener.onReconfigure(this);
    }
  }

  #fail(life: Life, error: ErrorData): void {
    life.failed = true;
    this.#options.pool.remove(this.key, life.host);
    const next = this.#autoRestart.onFailed(error, life.spec, this.#wanted);
    this.#logger.error({ error: error.message }, `FAILED; ${next}`);
    this.#status({ state: 'FAILED', trace: error.trace, version: null });
  }

  #end(life: Life): void {
    if (this.#life === life) {
      this.#life = null;
      this.#options.pool.remove(this.key, life.host);
    }
  }

  #status(status: UnitStatus): void {
    this.#told = status;
    this.#autoRestart.onState(status.state === 'RUNNING');
    this.#options.listener.onStatus(this, status);
  }
}
