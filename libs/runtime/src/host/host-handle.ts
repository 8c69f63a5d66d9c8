import type { Logger } from 'pino';
import { errorData, HostError } from './error-data.ts';
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

/** The main process's view of one task host: requests with answers, liveness, the units that live there. */
export class HostHandle {
  /** Keys of the units that were started here and not seen to stop. */
  readonly units = new Set<string>();
  readonly #options: HostHandleOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #ready: Promise<void>;
  #nextId = 1;
  #gone: string | null = null;
  #unansweredSince: number | null = null;
  readonly #pinger: NodeJS.Timeout;

  constructor(options: HostHandleOptions) {
    this.#options = options;
    this.#ready = new Promise<void>((resolve, reject) => {
      options.link.onMessage((message) => {
        if (message.type === 'ready') {
          resolve();
        } else if (message.type === 'init-failed') {
          reject(new HostError(message.error));
        } else {
          this.#receive(message);
        }
      });
      options.link.onExit((reason) => {
        reject(this.#goneError(reason));
        this.#exited(reason);
      });
    });
    this.#ready.catch((error: unknown) => {
      options.logger.debug({ host: options.link.label, err: error }, 'Task host did not become ready');
    });
    options.link.send(options.init);
    this.#pinger = setInterval(() => {
      this.#ping();
    }, options.unresponsiveMs / 5);
    this.#pinger.unref();
  }

  get label(): string {
    return this.#options.link.label;
  }

  get gone(): boolean {
    return this.#gone !== null;
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
    if (this.#gone === null) {
      this.#options.logger.warn({ host: this.label, reason }, 'Ending a task host');
      this.#options.link.kill();
    }
  }

  /** Asks the host to end by itself; its units must have been stopped. */
  shutdown(): void {
    clearInterval(this.#pinger);
    this.#options.link.send({ type: 'shutdown' });
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

  #receive(message: Exclude<FromHost, { type: 'ready' | 'init-failed' }>): void {
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

  #ping(): void {
    if (this.#unansweredSince !== null) {
      const silent = performance.now() - this.#unansweredSince;
      if (silent > this.#options.unresponsiveMs) {
        this.kill(`it did not answer for ${Math.round(silent)} ms`);
      }
      return;
    }
    this.#unansweredSince = performance.now();
    this.#ask({ op: 'ping' }).then(
      () => {
        this.#unansweredSince = null;
      },
      () => {
        this.#unansweredSince = null;
      },
    );
  }

  #exited(reason: string): void {
    this.#gone = reason;
    clearInterval(this.#pinger);
    const error = this.#goneError(reason);
    for (const pending of this.#pending.values()) {
      pending.reject(error);
    }
    this.#pending.clear();
    this.#options.listener.onExit(this, reason);
  }

  #goneError(reason: string): HostError {
    const message = `The task host (${this.label}) ${reason}`;
    return new HostError({ ...errorData(new Error(message)), name: 'TaskHostError', code: HOST_GONE });
  }
}
