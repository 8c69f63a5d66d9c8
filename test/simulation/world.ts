/** Something whose events can be held back (a frozen process) or dropped (a dead one). */
export interface Actor {
  readonly name: string;
  frozen: boolean;
  dead: boolean;
}

interface Event {
  at: number;
  order: number;
  readonly actor: Actor;
  readonly run: () => void;
  cancelled: boolean;
}

const TRACE_LINES = 2_000;

/** Virtual time and everything that happens in it, one event at a time, in an order that only the seed decides. */
export class World {
  #now = 0;
  #order = 0;
  #events = 0;
  /** A binary heap by time, then by order. */
  readonly #queue: Event[] = [];
  readonly #heldBack = new Map<Actor, Event[]>();
  readonly #trace: string[] = [];

  get now(): number {
    return this.#now;
  }

  /** How much has happened. */
  get events(): number {
    return this.#events;
  }

  /** The last lines of what happened. */
  get trace(): readonly string[] {
    return this.#trace;
  }

  note(line: string): void {
    this.#trace.push(`${(this.#now / 1000).toFixed(3).padStart(9)} ${line}`);
    if (this.#trace.length > TRACE_LINES) {
      this.#trace.shift();
    }
  }

  /** Lets `run` happen to an actor after `ms`; the result calls it off. */
  after(actor: Actor, ms: number, run: () => void): () => void {
    const event = {
      at: this.#now + Math.max(0, ms),
      order: (this.#order += 1),
      actor,
      run,
      cancelled: false,
    };
    this.#push(event);
    return () => {
      event.cancelled = true;
    };
  }

  /** Holds back what happens to an actor from now on; it gets all of it when it is thawed. */
  freeze(actor: Actor): void {
    actor.frozen = true;
  }

  thaw(actor: Actor): void {
    actor.frozen = false;
    const events = this.#heldBack.get(actor) ?? [];
    this.#heldBack.delete(actor);
    for (const event of events) {
      if (!event.cancelled) {
        event.at = this.#now;
        event.order = this.#order += 1;
        this.#push(event);
      }
    }
  }

  /** Runs all events up to a moment. */
  async runUntil(moment: number): Promise<void> {
    for (;;) {
      const next = this.#queue[0];
      if (next === undefined || next.at > moment) {
        break;
      }
      this.#pop();
      if (next.cancelled || next.actor.dead) {
        continue;
      }
      if (next.actor.frozen) {
        const held = this.#heldBack.get(next.actor) ?? [];
        held.push(next);
        this.#heldBack.set(next.actor, held);
        continue;
      }
      this.#now = next.at;
      this.#events += 1;
      next.run();
      // All promises that the event has settled must have had their say before the next event.
      await new Promise(setImmediate);
    }
    this.#now = moment;
  }

  #push(event: Event): void {
    const queue = this.#queue;
    queue.push(event);
    let index = queue.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#before(index, parent)) {
        return;
      }
      this.#swap(index, parent);
      index = parent;
    }
  }

  #pop(): void {
    const queue = this.#queue;
    const last = queue.pop();
    if (last === undefined || queue.length === 0) {
      return;
    }
    queue[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const smaller = left + 1 < queue.length && this.#before(left + 1, left) ? left + 1 : left;
      if (smaller >= queue.length || !this.#before(smaller, index)) {
        return;
      }
      this.#swap(index, smaller);
      index = smaller;
    }
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#queue[a], this.#queue[b]];
    return x !== undefined && y !== undefined && (x.at < y.at || (x.at === y.at && x.order < y.order));
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#queue[a], this.#queue[b]];
    if (x !== undefined && y !== undefined) {
      this.#queue[a] = y;
      this.#queue[b] = x;
    }
  }
}
