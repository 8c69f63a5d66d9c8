import { KafkaError } from '@millrace/kafka';
import type { Random } from './random.ts';
import type { Actor, World } from './world.ts';

/** `reset`: connections break, and no new ones can be made; `silent`: what is sent is lost or late, and nobody is told. */
export type Cut = 'reset' | 'silent';

interface Call {
  readonly actor: Actor;
  readonly reject: (error: Error) => void;
}

const LATENCY_MS = [1, 15] as const;
const LATE_SHARE = 0.5;

/** The way between processes and the broker. */
export class Network {
  readonly #world: World;
  readonly #random: Random;
  readonly #broker: Actor;
  readonly #cuts = new Map<Actor, { readonly kind: Cut; readonly late: (() => void)[] }>();
  readonly #calls = new Set<Call>();
  readonly #onHeal = new Set<(actor: Actor) => void>();

  constructor(world: World, random: Random, broker: Actor) {
    this.#world = world;
    this.#random = random;
    this.#broker = broker;
  }

  reachable(actor: Actor): boolean {
    return !this.#broker.dead && !this.#cuts.has(actor);
  }

  latency(): number {
    return this.#random.between(...LATENCY_MS);
  }

  /** Calls `listener` when an actor can reach the broker again. */
  onHeal(listener: (actor: Actor) => void): void {
    this.#onHeal.add(listener);
  }

  cut(actor: Actor, kind: Cut): void {
    this.#cuts.set(actor, { kind, late: [] });
    if (kind === 'reset') {
      this.#breakConnections((call) => call.actor === actor);
    }
  }

  heal(actor: Actor): void {
    const cut = this.#cuts.get(actor);
    this.#cuts.delete(actor);
    for (const deliver of cut?.late ?? []) {
      deliver();
    }
    for (const listener of this.#onHeal) {
      listener(actor);
    }
  }

  /** The broker is gone: all connections break. */
  brokerDown(): void {
    this.#broker.dead = true;
    this.#breakConnections(() => true);
  }

  /** `actors`: all that are told that they can reach it again. */
  brokerUp(actors: readonly Actor[]): void {
    this.#broker.dead = false;
    for (const actor of actors.filter((each) => this.reachable(each))) {
      for (const listener of this.#onHeal) {
        listener(actor);
      }
    }
  }

  /**
   * A request to the broker: `serve` runs there and answers, now or later. Rejects with a retriable KafkaError when the
   * connection breaks or time runs out.
   */
  call<T>(actor: Actor, timeoutMs: number, serve: (answer: (value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const call: Call = {
        actor,
        reject: (error) => {
          this.#calls.delete(call);
          endTimeout();
          reject(error);
        },
      };
      this.#calls.add(call);
      const endTimeout = this.#world.after(actor, timeoutMs, () => {
        call.reject(new KafkaError('No answer in time', { retriable: true }));
      });
      const answer = (value: T): void => {
        this.#transmit(actor, actor, () => {
          if (this.#calls.delete(call)) {
            endTimeout();
            resolve(value);
          }
        });
      };
      if (this.#broker.dead || this.#cuts.get(actor)?.kind === 'reset') {
        this.#break(call);
      } else {
        this.#transmit(actor, this.#broker, () => {
          serve(answer);
        });
      }
    });
  }

  /** One way, between an actor and the broker; `to` is one of them. */
  #transmit(actor: Actor, to: Actor, arrive: () => void): void {
    const cut = this.#cuts.get(actor);
    const send = (): void => {
      this.#world.after(to, this.latency(), arrive);
    };
    if (cut === undefined) {
      send();
    } else if (cut.kind === 'silent' && this.#random.chance(LATE_SHARE)) {
      cut.late.push(send);
    }
  }

  #breakConnections(of: (call: Call) => boolean): void {
    for (const call of [...this.#calls].filter(of)) {
      this.#break(call);
    }
  }

  #break(call: Call): void {
    this.#world.after(call.actor, this.latency(), () => {
      if (this.#calls.has(call)) {
        call.reject(new KafkaError('The connection is broken', { retriable: true }));
      }
    });
  }
}
