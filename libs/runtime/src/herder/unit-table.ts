import type { AutoRestartSettings } from '@millrace/config';
import type { Logger } from 'pino';
import type { HostPool } from '../host/host-pool.ts';
import { unitKey } from '../host/messages.ts';
import type { AutoRestartCount } from './auto-restart.ts';
import { Unit, type UnitListener } from './unit.ts';

export interface UnitTableOptions {
  readonly pool: HostPool;
  readonly listener: UnitListener;
  readonly gracefulTimeoutMs: number;
  readonly autoRestart: AutoRestartSettings;
  /** A unit is started, for the first time or again. */
  readonly onBegin: (key: string) => void;
  /** Nothing of a unit is left here. */
  readonly onForget: (key: string) => void;
  readonly logger: Logger;
}

/** A connector (`task` null) or task. */
interface UnitId {
  readonly connector: string;
  readonly task: number | null;
}

/** Automatic restarts of a connector (`task` null) or task that is owned here. */
export interface RestartCount extends AutoRestartCount, UnitId {}

/** The units of a worker: one per connector and task that runs here, or has not stopped yet. */
export class UnitTable {
  readonly #options: UnitTableOptions;
  readonly #units = new Map<string, Unit>();
  #runs = 0;

  constructor(options: UnitTableOptions) {
    this.#options = options;
  }

  all(): readonly Unit[] {
    return [...this.#units.values()];
  }

  get(id: UnitId): Unit | undefined {
    return this.#units.get(unitKey(id));
  }

  /** The unit of that connector or task; a new one, of which nothing is wanted yet, where there is none. */
  ensure(id: UnitId): Unit {
    const key = unitKey(id);
    let unit = this.#units.get(key);
    if (unit === undefined) {
      unit = this.#create(key, id);
      this.#units.set(key, unit);
    }
    return unit;
  }

  /** Waits until these have done what is wanted of them, and forgets those that are over. */
  async settled(units: readonly Unit[] = this.all()): Promise<void> {
    await Promise.all(units.map((unit) => unit.settled()));
    for (const [key, unit] of this.#units) {
      if (unit.over) {
        this.#units.delete(key);
        this.#options.onForget(key);
      }
    }
  }

  /** Connectors and tasks that run now. */
  counts(): { readonly connectors: number; readonly tasks: number } {
    const running = this.all().filter((unit) => unit.running);
    const connectors = running.filter((unit) => unit.task === null).length;
    return { connectors, tasks: running.length - connectors };
  }

  restartCounts(): readonly RestartCount[] {
    return this.all().map(({ connector, task, autoRestarts }) => ({ connector, task, ...autoRestarts }));
  }

  #create(key: string, { connector, task }: UnitId): Unit {
    const { pool, listener, gracefulTimeoutMs, autoRestart, onBegin, logger } = this.#options;
    return new Unit({
      connector,
      task,
      pool,
      logger,
      gracefulTimeoutMs,
      autoRestart,
      nextRun: () => {
        onBegin(key);
        return (this.#runs += 1);
      },
      listener,
    });
  }
}
