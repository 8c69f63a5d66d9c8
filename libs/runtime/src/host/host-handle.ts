import type { Logger } from 'pino';
import { Signal } from '../task/waiting.ts';
import { HostError } from './error-data.ts';
import type { HostLink } from './host-link.ts';
import type { FromHost, HostInit, HostRequest, TaskMetrics, UnitEvent, UnitRun } from './messages.ts';

/** What the main process does with a host's messages. */
export interface HostListener {
  onEvent(unit: UnitRun, event: UnitEvent): void;
  onMetrics(tasks: readonly TaskMetrics[]): void;
  onExit(host: HostHandle, reason: string): void;
}

export interface HostHandleOptions {
  readonly link: HostLink;
  readonly init: HostInit;
  readonly listener: HostListener;
  readonly logger: Logger;
  /** A host that does not answer a ping for so long is ended. */
  readonly unresponsiveMs: number;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Error code of requests that were cut off because their host ended. */
export const HOST_GONE = 'HOST_GONE';

/** A host that is asked to end by itself is ended after so long. */
const SHUTDOWN_LIMIT_MS = 5_000;
/** How long a host may take to start: on a busy machine that says nothing about it. */
const START_LIMIT_MS = 90_000;
/** Pings per time limit: a pause of the whole machine makes one late, and is not taken for a host that hangs. */
const PINGS = 5;

/** The main process's view of one task host: requests with answers, liveness, the units that live there. */
export class HostHandle {
  readonly #options: HostHandleOptions;
  readonly #units = new Set<string>();
  /** Units that were ever placed here. */
  readonly #seen = new Set<string>();
  readonly #pending = new Map<number, Pending>();
  readonly #ready: Promise<void>;
  readonly #exit = new Signal();
  /** Ends a host that does not start; later one that does not answer. */
  #watch: NodeJS.Timeout;
  #emptied = new Signal();
  #nextId = 1;
  #gone: string | null = null;
  #endedBecause: string | null = null;
  #killed = false;
  #missedPings = 0;
  #pinging = false;

  constructor(options: HostHandleOptions) {
    this.#options = options;
    this.#ready = new Promise<void>((resolve, reject) => {
      options.link.onMessage((message) => {
        if (message.type === 'ready') {
          this.#watchAnswers();
          resolve();
        } else if (message.type === 'init-failed') {
          reject(new HostError(message.error));
        } else if (message.type === 'crashed') {
          this.#endedBecause ??= `ended because of an error that nothing in it caught: ${message.error.trace}`;
        } else {
          this.#receive(message);
        }
      });
      options.link.onExit((reason) => {
        const why = this.#endedBecause ?? reason;
        reject(this.#goneError(why));
        this.#exited(why);
      });
    });
    this.#ready.catch((error: unknown) => {
      options.logger.debug({ host: options.link.label, err: error }, 'Task host did not become ready');
    });
    options.link.send(options.init);
    this.#watch = setTimeout(() => {
      this.kill(`it did not start within ${START_LIMIT_MS} ms`);
    }, START_LIMIT_MS).unref();
  }

  get label(): string {
    return this.#options.link.label;
  }

  /** Keys of the units that were started here and not seen to end. */
  get units(): ReadonlySet<string> {
    return this.#units;
  }

  /** Whether only one unit was ever placed here: whatever ends the host is that unit's doing. */
  get alone(): boolean {
    return this.#seen.size <= 1;
  }

  /** Resolves when the host has ended. */
  get exited(): Promise<void> {
    return this.#exit.raised;
  }

  /** Resolves when no unit lives here. */
  async empty(): Promise<void> {
    while (this.#units.size > 0 && this.#gone === null) {
      await this.#exit.or(this.#emptied.raised);
    }
  }

  enter(unit: string): void {
    this.#units.add(unit);
    this.#seen.add(unit);
  }

  leave(unit: string): void {
    this.#units.delete(unit);
    if (this.#units.size === 0) {
      this.#emptied.raise();
      this.#emptied = new Signal();
    }
  }

  /** Rejects with the host's error, or with code HOST_GONE when the host ends first. */
  async request(request: HostRequest): Promise<unknown> {
    await this.#ready;
    return this.#ask(request);
  }

  sendLease(deadline: number): void {
    this.#options.link.send({ type: 'lease', deadline });
  }

  /** Ends the host at once; what it was asked is answered with HOST_GONE. */
  kill(reason: string): void {
    if (this.#gone === null && !this.#killed) {
      this.#killed = true;
      this.#endedBecause ??= `was ended: ${reason}`;
      this.#options.logger.warn({ host: this.label, reason }, 'Ending a task host');
      this.#options.link.kill();
    }
  }

  /** Asks the host to end by itself; its units must have been stopped. */
  shutdown(): void {
    clearTimeout(this.#watch);
    this.#options.link.send({ type: 'shutdown' });
    const limit = setTimeout(() => {
      this.kill(`it did not end within ${SHUTDOWN_LIMIT_MS} ms`);
    }, SHUTDOWN_LIMIT_MS);
    void this.exited.then(() => {
      clearTimeout(limit);
    });
  }

  #ask(request: HostRequest): Promise<unknown> {
    if (this.#gone !== null) {
      return Promise.reject(this.#goneError(this.#gone));
    }
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#options.link.send({ type: 'request', id, request });
    });
  }

  #receive(message: Exclude<FromHost, { type: 'ready' | 'init-failed' | 'crashed' }>): void {
    switch (message.type) {
      case 'reply': {
        const pending = this.#pending.get(message.id);
        this.#pending.delete(message.id);
        if (message.ok) {
          pending?.resolve(message.value);
        } else {
          pending?.reject(new HostError(message.error));
        }
        return;
      }
      case 'event':
        this.#options.listener.onEvent(message.unit, message.event);
        return;
      case 'metrics':
        this.#options.listener.onMetrics(message.tasks);
        return;
    }
  }

  #watchAnswers(): void {
    clearTimeout(this.#watch);
    this.#watch = setInterval(() => {
      this.#ping();
    }, this.#options.unresponsiveMs / PINGS).unref();
  }

  #ping(): void {
    if (this.#pinging) {
      this.#missedPings += 1;
      if (this.#missedPings >= PINGS) {
        this.kill(`it did not answer for ${this.#options.unresponsiveMs} ms`);
      }
      return;
    }
    this.#pinging = true;
    this.#missedPings = 0;
    const answered = (): void => {
      this.#pinging = false;
    };
    this.#ask({ op: 'ping' }).then(answered, answered);
  }

  #exited(reason: string): void {
    this.#gone = reason;
    clearTimeout(this.#watch);
    const error = this.#goneError(reason);
    for (const pending of this.#pending.values()) {
      pending.reject(error);
    }
    this.#pending.clear();
    this.#exit.raise();
    this.#options.listener.onExit(this, reason);
  }

  #goneError(reason: string): HostError {
    const message = `The task host (${this.label}) ${reason}`;
    return new HostError({
      name: 'TaskHostError',
      message,
      code: HOST_GONE,
      trace: `TaskHostError: ${message}`,
      restartable: true,
    });
  }
}
