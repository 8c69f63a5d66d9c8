import type { World } from './world.ts';

/** The hosts of one worker process: what runs in them, and until when they may write. */
export interface Holder {
  readonly name: string;
  /** Whether the hosts are alive; they are while the worker's main process is frozen. */
  readonly alive: boolean;
  readonly leaseUntil: number;
  /**
   * Whether another process with its worker id has sat down on its seat, which it does not know yet. A broker lets two that join
   * within moments do that; the one that is put out learns of it with its next heartbeat, and nothing can be earlier.
   */
  readonly unseated: boolean;
  /** Connectors and tasks that run, from the call that starts them to the end of their stop. */
  readonly running: ReadonlySet<string>;
}

/** Something happened that must never happen. */
export class Violation extends Error {}

/** Watches that nothing runs twice at one time (design invariant 4). */
export class Ledger {
  readonly #world: World;
  readonly #holders = new Set<Holder>();
  #violation: Violation | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  add(holder: Holder): void {
    this.#holders.add(holder);
  }

  /** The first thing that went wrong. */
  get violation(): Violation | null {
    return this.#violation;
  }

  report(message: string): void {
    this.#world.note(`VIOLATION ${message}`);
    this.#violation ??= new Violation(message);
  }

  /** Called when something starts, or may write again. */
  check(holder: Holder, units: Iterable<string>): void {
    for (const unit of units) {
      for (const other of this.#holders) {
        if (other !== holder && other.running.has(unit) && this.#mayWrite(other)) {
          const left = (other.leaseUntil - this.#world.now).toFixed(0);
          this.report(
            `${unit} runs on ${holder.name} and still on ${other.name}, whose lease is good for ${left} ms`,
          );
        }
      }
    }
  }

  #mayWrite(holder: Holder): boolean {
    return holder.alive && holder.leaseUntil > this.#world.now && !holder.unseated;
  }
}
