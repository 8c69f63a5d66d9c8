import type { Logger } from 'pino';
import { settledWithin } from '../task/waiting.ts';
import { HostHandle, type HostListener } from './host-handle.ts';
import type { HostFactory } from './host-link.ts';
import type { HostInit, HostRequest } from './messages.ts';

export interface HostPoolListener extends HostListener {
  /** The host is to be ended: its units must leave it. */
  onRetire(host: HostHandle): void;
}

export interface HostPoolOptions {
  readonly factory: HostFactory;
  readonly init: HostInit;
  /** Hosts that are shared; hosts for suspects come on top. */
  readonly size: number;
  readonly unresponsiveMs: number;
  /** How long the units of a host that is to be ended may take to leave it. */
  readonly retireLimitMs: number;
  readonly listener: HostPoolListener;
  readonly logger: Logger;
}

export interface Placement {
  /** Tasks are spread before connectors are: they do the work. */
  readonly task: boolean;
  /** Its last host ended under it: it gets a host of its own, as far as there are enough. */
  readonly suspect: boolean;
}

/** After so long without another end, a suspect's host is one like the others. */
const PROBATION_MS = 10 * 60_000;
/** Hosts for suspects: enough to find the culprit among many in a few rounds, without a process for each. */
const FEWEST_PROBATION_HOSTS = 8;

interface PooledHost {
  readonly handle: HostHandle;
  /** Of `performance.now()`; null for a shared one. */
  probationUntil: number | null;
  readonly tasks: Set<string>;
}

/** The task hosts of a worker: started when first needed, filled evenly, replaced when they end. */
export class HostPool {
  readonly #options: HostPoolOptions;
  readonly #hosts = new Map<HostHandle, PooledHost>();
  readonly #retiring = new Map<HostHandle, Promise<void>>();
  /** Hosts that were asked to end. */
  readonly #ending = new Set<HostHandle>();
  #lease = Number.NEGATIVE_INFINITY;

  constructor(options: HostPoolOptions) {
    this.#options = options;
  }

  /** A host for a unit, which is entered there. */
  place(unit: string, placement: Placement): HostHandle {
    const host = placement.suspect ? this.#probationHost() : this.#sharedHost(placement.task);
    host.handle.enter(unit);
    if (placement.task) {
      host.tasks.add(unit);
    }
    return host.handle;
  }

  /** Takes a unit out; a host that is not needed any more ends. */
  remove(unit: string, handle: HostHandle): void {
    const host = this.#hosts.get(handle);
    handle.leave(unit);
    host?.tasks.delete(unit);
    if (host !== undefined && handle.units.size === 0 && this.#superfluous(host)) {
      this.#hosts.delete(handle);
      this.#ending.add(handle);
      handle.shutdown();
    }
  }

  /** Empties a host and ends it: something in it could not be stopped. Resolves when it has ended. */
  retire(handle: HostHandle): Promise<void> {
    let retired = this.#retiring.get(handle);
    if (retired === undefined) {
      retired = this.#retire(handle).finally(() => this.#retiring.delete(handle));
      this.#retiring.set(handle, retired);
    }
    return retired;
  }

  /** Asks something of a host that exists for nothing else. Throws what the host answers, or code HOST_GONE after `limitMs`. */
  async askOnce(request: HostRequest, limitMs: number): Promise<unknown> {
    const host = this.#start(performance.now() + PROBATION_MS).handle;
    const limit = setTimeout(() => {
      host.kill(`it did not answer within ${limitMs} ms`);
    }, limitMs);
    try {
      return await host.request(request);
    } finally {
      clearTimeout(limit);
      if (this.#hosts.delete(host)) {
        this.#ending.add(host);
        host.shutdown();
      }
    }
  }

  /** Passes the worker's lease on; `deadline` is of the machine's monotonic clock. */
  renewLease(deadline: number): void {
    this.#lease = deadline;
    for (const host of [...this.#hosts.keys(), ...this.#retiring.keys()]) {
      host.sendLease(deadline);
    }
  }

  /** Ends all hosts, whose units must have been stopped; resolves when they have ended. */
  async close(): Promise<void> {
    for (const host of this.#hosts.keys()) {
      this.#ending.add(host);
      host.shutdown();
    }
    await Promise.all([...this.#ending, ...this.#retiring.keys()].map((host) => host.exited));
  }

  async #retire(handle: HostHandle): Promise<void> {
    const { listener, retireLimitMs } = this.#options;
    this.#hosts.delete(handle);
    listener.onRetire(handle);
    await settledWithin(handle.empty(), retireLimitMs);
    handle.kill('something in it could not be stopped');
    await handle.exited;
  }

  #superfluous(host: PooledHost): boolean {
    return host.probationUntil !== null || this.#shared().length > this.#options.size;
  }

  /** Hosts that anything may be placed in, those whose probation is over included. */
  #shared(): PooledHost[] {
    const now = performance.now();
    for (const host of this.#hosts.values()) {
      if (host.probationUntil !== null && host.probationUntil <= now) {
        host.probationUntil = null;
      }
    }
    return [...this.#hosts.values()].filter((host) => host.probationUntil === null);
  }

  #sharedHost(task: boolean): PooledHost {
    const shared = this.#shared();
    const best = leastLoaded(shared);
    const full = shared.length >= this.#options.size;
    // A connector does little: it alone is no reason for another process.
    const goodEnough = best !== null && (full || (task ? best.tasks.size === 0 : true));
    return goodEnough ? best : this.#start(null);
  }

  #probationHost(): PooledHost {
    const hosts = [...this.#hosts.values()].filter((host) => host.probationUntil !== null);
    const limit = Math.max(FEWEST_PROBATION_HOSTS, 4 * this.#options.size);
    const best = leastLoaded(hosts);
    return best !== null && hosts.length >= limit ? best : this.#start(performance.now() + PROBATION_MS);
  }

  #start(probationUntil: number | null): PooledHost {
    const { factory, init, listener, logger, unresponsiveMs } = this.#options;
    const handle = new HostHandle({
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
          this.#hosts.delete(exited);
          this.#ending.delete(exited);
          listener.onExit(exited, reason);
        },
      },
    });
    const host: PooledHost = { handle, probationUntil, tasks: new Set() };
    this.#hosts.set(handle, host);
    handle.sendLease(this.#lease);
    return host;
  }
}

function leastLoaded(hosts: readonly PooledHost[]): PooledHost | null {
  let best: PooledHost | null = null;
  for (const host of hosts) {
    if (best === null || load(host) < load(best)) {
      best = host;
    }
  }
  return best;
}

function load(host: PooledHost): number {
  // Connectors count only between hosts with equally many tasks.
  return host.tasks.size * 1_000 + host.handle.units.size;
}
