import type { Logger } from 'pino';
import { HostHandle, type HostListener } from './host-handle.ts';
import type { HostFactory } from './host-link.ts';
import type { HostInit } from './messages.ts';

export interface HostPoolOptions {
  readonly factory: HostFactory;
  readonly init: HostInit;
  /** Hosts that are shared; hosts of their own for suspects come on top. */
  readonly size: number;
  readonly unresponsiveMs: number;
  readonly listener: HostListener;
  readonly logger: Logger;
}

/** The task hosts of a worker: started when first needed, filled evenly, replaced when they end. */
export class HostPool {
  readonly #options: HostPoolOptions;
  readonly #shared = new Set<HostHandle>();
  readonly #own = new Set<HostHandle>();
  #lease = Number.NEGATIVE_INFINITY;

  constructor(options: HostPoolOptions) {
    this.#options = options;
  }

  /** A host for a unit, which is entered there. `alone`: one that nothing else shares. */
  place(unit: string, alone: boolean): HostHandle {
    const host = alone ? this.#start(this.#own) : this.#leastLoaded();
    host.units.add(unit);
    return host;
  }

  /** Takes a unit out; a host of its own ends with it. */
  remove(unit: string, host: HostHandle): void {
    host.units.delete(unit);
    if (this.#own.delete(host)) {
      host.shutdown();
    }
  }

  /** Passes the worker's lease on; `deadline` is of the machine's monotonic clock. */
  renewLease(deadline: number): void {
    this.#lease = deadline;
    for (const host of this.#all()) {
      host.sendLease(deadline);
    }
  }

  shutdown(): void {
    for (const host of this.#all()) {
      host.shutdown();
    }
  }

  #all(): HostHandle[] {
    return [...this.#shared, ...this.#own];
  }

  #leastLoaded(): HostHandle {
    let best: HostHandle | null = null;
    for (const host of this.#shared) {
      if (best === null || host.units.size < best.units.size) {
        best = host;
      }
    }
    if (best !== null && (best.units.size === 0 || this.#shared.size >= this.#options.size)) {
      return best;
    }
    return this.#start(this.#shared);
  }

  #start(into: Set<HostHandle>): HostHandle {
    const { factory, init, listener, logger, unresponsiveMs } = this.#options;
    const host = new HostHandle({
      link: factory(),
      init,
      logger,
      unresponsiveMs,
      listener: {
        onEvent: (unit, event) => {
          listener.onEvent(unit, event);
        },
        onMetrics: (tasks) => {
          listener.onMetrics(tasks);
        },
        onExit: (exited, reason) => {
          this.#shared.delete(exited);
          this.#own.delete(exited);
          listener.onExit(exited, reason);
        },
      },
    });
    into.add(host);
    host.sendLease(this.#lease);
    return host;
  }
}
