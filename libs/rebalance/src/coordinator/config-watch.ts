import type { Time } from '@millrace/kafka';
import type { ConfigBackingStore } from '@millrace/topic-stores';
import { AlarmClock } from './alarm-clock.ts';

/** Changes that come within so many milliseconds of the first lead to one round. */
const BURST_MS = 50;

/**
 * Watches the config topic for what a group must agree on anew: a connector added or removed, task configurations committed.
 * A connector's new configuration and its target state are its owner's own business (spec/group-protocol.md section 3).
 */
export class ConfigWatch {
  readonly #store: ConfigBackingStore;
  readonly #known: Set<string>;
  readonly #burst: AlarmClock;
  readonly #onChange: (reason: string) => void;
  #changedAt = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(store: ConfigBackingStore, time: Time, onChange: (reason: string) => void) {
    this.#store = store;
    this.#burst = new AlarmClock(time);
    this.#onChange = onChange;
    this.#known = new Set(store.snapshot().connectors());
    store.addListener({
      onConnectorConfigUpdate: (connector) => {
        if (!this.#known.has(connector)) {
          this.#known.add(connector);
          this.#changed(`connector ${connector} was added`);
        }
      },
      onConnectorConfigRemove: (connector) => {
        this.#known.delete(connector);
        this.#changed(`connector ${connector} was removed`);
      },
      onTaskConfigUpdate: (_tasks, connector) => {
        this.#changed(`the task configurations of connector ${connector} were committed`);
      },
    });
  }

  /** Whether such a change was read that an assignment made at this config offset cannot know of. */
  changedAfter(offset: number): boolean {
    return this.#changedAt > offset;
  }

  stop(): void {
    this.#stopped = true;
    this.#burst.clear();
  }

  #changed(reason: string): void {
    this.#changedAt = this.#store.snapshot().offset;
    if (!this.#stopped && !this.#burst.pending) {
      this.#burst.set(BURST_MS, () => {
        this.#onChange(reason);
      });
    }
  }
}
