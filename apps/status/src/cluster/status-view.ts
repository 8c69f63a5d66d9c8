import type { StatusEntry, StatusRecord } from '@millrace/topic-stores';
import type { Transition } from '../history/history-event.ts';
import { transition } from './transition.ts';
import { stallTransition } from './stall-transition.ts';
import { workerPresence, type WorkerPresence } from './worker-presence.ts';
import { WorkerReadings } from './worker-readings.ts';

/** A connector's or task's status, with the time of its record. */
export interface StatusNow extends StatusEntry {
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** What the status topic says of a worker. */
export interface WorkerNow {
  /** null where it has written none, or taken it back when it stopped; JVM workers never write one. */
  readonly presence: WorkerPresence | null;
  readonly draining: boolean;
  /** When it last wrote anything, milliseconds since the epoch. */
  readonly lastSeen: number;
}

interface TaskNow extends StatusNow {
  /** Its connector is: what is left of it waits for its own tombstone. */
  readonly gone: boolean;
}

interface Statuses {
  connector: StatusNow | null;
  readonly tasks: Map<number, TaskNow>;
}

type Status<K extends StatusRecord['kind']> = Extract<StatusRecord, { readonly kind: K }>;

const UNSEEN: WorkerNow = { presence: null, draining: false, lastSeen: 0 };

/** Folds the status topic into what runs where, by the reader rules of spec/topics.md section 4. */
export class StatusView {
  readonly #statuses = new Map<string, Statuses>();
  readonly #topics = new Map<string, Set<string>>();
  readonly #workers = new Map<string, WorkerNow>();
  /** What workers last published of their tasks. */
  readonly readings: WorkerReadings;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.readings = new WorkerReadings(now);
  }

  connector(name: string): StatusNow | null {
    return this.#statuses.get(name)?.connector ?? null;
  }

  /** By task number, in its order. */
  tasks(connector: string): readonly (readonly [number, StatusNow])[] {
    const tasks = this.#statuses.get(connector)?.tasks ?? new Map<number, TaskNow>();
    return [...tasks].filter(([, { gone }]) => !gone).sort(([a], [b]) => a - b);
  }

  /** Topics that the connector's tasks were seen to use. */
  topics(connector: string): readonly string[] {
    return [...(this.#topics.get(connector) ?? [])].sort();
  }

  workers(): ReadonlyMap<string, WorkerNow> {
    return this.#workers;
  }

  /** Applies a record; what it changed, null for nothing that belongs into the history. */
  apply(record: StatusRecord, at: number): Transition | null {
    switch (record.kind) {
      case 'connector':
        return this.#connector(record, at);
      case 'task':
        return this.#task(record, at);
      case 'topic':
        return this.#topic(record);
      case 'own':
        return this.#own(record, at);
    }
  }

  #own({ own, id, value }: Status<'own'>, at: number): Transition | null {
    switch (own) {
      case 'worker':
        return this.#worker(id, workerPresence(value), at);
      case 'drain':
        return this.#drain(id, isDrain(value));
      case 'metrics':
        if (value !== null) {
          this.#seen(id, at);
        }
        return stallTransition(id, this.readings.take(id, value));
      case 'plugin':
      case 'request':
      case 'answer':
        return null;
    }
  }

  #connector({ connector, status }: Status<'connector'>, at: number): Transition | null {
    const entry = this.#entry(connector);
    const before = entry.connector;
    entry.connector = status === null ? null : this.#now(status, at);
    if (status === null) {
      for (const [task, last] of entry.tasks) {
        entry.tasks.set(task, { ...last, gone: true });
      }
    }
    return statusTransition({ connector, task: null }, before, status);
  }

  #task({ connector, task, status }: Status<'task'>, at: number): Transition | null {
    const { tasks } = this.#entry(connector);
    const last = tasks.get(task) ?? null;
    if (status === null) {
      tasks.delete(task);
      return statusTransition({ connector, task }, last, null);
    }
    const before = last?.gone === true ? null : last;
    if (
      status.state === 'UNASSIGNED' &&
      before?.state === 'RUNNING' &&
      before.generation >= status.generation
    ) {
      // A worker gave the task up after its successor had taken it over.
      return null;
    }
    tasks.set(task, { ...this.#now(status, at), gone: false });
    return statusTransition({ connector, task }, before, status);
  }

  #topic({ connector, topic, status }: Status<'topic'>): Transition | null {
    const task = status?.task ?? null;
    const topics = this.#topics.get(connector) ?? new Set<string>();
    this.#topics.set(connector, topics);
    const known = topics.has(topic);
    if (task === null) {
      topics.delete(topic);
    } else {
      topics.add(topic);
    }
    if (known === (task !== null)) {
      return null;
    }
    return transition('topic', task === null ? 'RESET' : 'USED', { connector, task, detail: { topic } });
  }

  #worker(worker: string, presence: WorkerPresence | null, at: number): Transition | null {
    const before = this.#workers.get(worker)?.presence ?? null;
    this.#seen(worker, at, { presence });
    if (presence === null) {
      return before === null ? null : transition('worker', 'GONE', { worker, previous: 'PRESENT' });
    }
    if (
      before !== null &&
      before.incarnation === presence.incarnation &&
      before.version === presence.version
    ) {
      // It acts upon a newer config offset; that is no transition.
      return null;
    }
    const { version, incarnation, host, startTime } = presence;
    const detail = { incarnation, host, startTime };
    return transition('worker', 'PRESENT', {
      worker,
      version,
      previous: before === null ? null : 'PRESENT',
      detail,
    });
  }

  #drain(worker: string, drain: boolean): Transition | null {
    const before = this.#workers.get(worker) ?? UNSEEN;
    this.#workers.set(worker, { ...before, draining: drain });
    return before.draining === drain ? null : transition('drain', drain ? 'DRAINING' : 'ENDED', { worker });
  }

  #now(status: StatusEntry, at: number): StatusNow {
    this.#seen(status.workerId, at);
    return { ...status, since: at };
  }

  #seen(worker: string, at: number, more: Partial<WorkerNow> = {}): void {
    const before = this.#workers.get(worker) ?? UNSEEN;
    this.#workers.set(worker, { ...before, ...more, lastSeen: Math.max(before.lastSeen, at) });
  }

  #entry(connector: string): Statuses {
    const known = this.#statuses.get(connector);
    if (known !== undefined) {
      return known;
    }
    const entry: Statuses = { connector: null, tasks: new Map() };
    this.#statuses.set(connector, entry);
    return entry;
  }
}

function isDrain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'drain' in value && value.drain === true;
}

/** A tombstone for what is not there (a leader writes several) changes nothing. */
function statusTransition(
  of: { readonly connector: string; readonly task: number | null },
  before: StatusEntry | null,
  after: StatusEntry | null,
): Transition | null {
  const kind = of.task === null ? 'connector' : 'task';
  const previous = before === null ? null : before.state;
  if (after === null) {
    return before === null
      ? null
      : transition(kind, 'DESTROYED', { ...of, previous, worker: before.workerId });
  }
  const { state, workerId, generation, version, trace } = after;
  return transition(kind, state, { ...of, previous, worker: workerId, generation, version, trace });
}
