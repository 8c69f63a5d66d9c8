import type { StatusEntry, TopicStatusEntry } from '../types.ts';
import type { OwnRecordKind } from './status-backing-store.ts';
import type { StatusRecord } from './status-records.ts';

/** What a record changed: what is there now, or null where it was removed. */
export type StatusChange =
  | {
      readonly kind: 'status';
      readonly connector: string;
      readonly task: number | null;
      readonly status: StatusEntry | null;
    }
  | {
      readonly kind: 'topic';
      readonly connector: string;
      readonly topic: string;
      readonly status: TopicStatusEntry | null;
    }
  | { readonly kind: 'own'; readonly own: OwnRecordKind; readonly id: string; readonly value: unknown };

/** All that the topic says of one connector name. */
interface ConnectorStatuses {
  connector: StatusEntry | undefined;
  readonly tasks: Map<number, StatusEntry>;
  readonly topics: Map<string, TopicStatusEntry>;
}

/** Folds the records of the status topic, by the reader rules of spec/topics.md section 4. */
export class StatusCache {
  readonly #connectors = new Map<string, ConnectorStatuses>();
  readonly #own = new Map<OwnRecordKind, Map<string, unknown>>();

  /** Applies a record; what it changed. */
  apply(record: StatusRecord): readonly StatusChange[] {
    switch (record.kind) {
      case 'connector':
        return this.#connector(record.connector, record.status);
      case 'task':
        return this.#task(record.connector, record.task, record.status);
      case 'topic': {
        const { connector, topic, status } = record;
        const { topics } = this.#of(connector);
        if (status === null) {
          topics.delete(topic);
        } else {
          topics.set(topic, status);
        }
        return [{ kind: 'topic', connector, topic, status }];
      }
      case 'own': {
        const { own, id, value } = record;
        const values = this.#own.get(own) ?? new Map<string, unknown>();
        this.#own.set(own, values);
        if (value === null) {
          values.delete(id);
        } else {
          values.set(id, value);
        }
        return [{ kind: 'own', own, id, value }];
      }
    }
  }

  /** Names that have a status of a connector or of a task. */
  connectors(): readonly string[] {
    return [...this.#connectors]
      .filter(([, { connector, tasks }]) => connector !== undefined || tasks.size > 0)
      .map(([name]) => name);
  }

  status(connector: string, task: number | null): StatusEntry | undefined {
    const statuses = this.#connectors.get(connector);
    return task === null ? statuses?.connector : statuses?.tasks.get(task);
  }

  /** Sorted by task number. */
  tasks(connector: string): readonly StatusEntry[] {
    const tasks = this.#connectors.get(connector)?.tasks ?? new Map<number, StatusEntry>();
    return [...tasks].sort(([a], [b]) => a - b).map(([, status]) => status);
  }

  topics(connector: string): readonly TopicStatusEntry[] {
    return [...(this.#connectors.get(connector)?.topics.values() ?? [])];
  }

  topic(connector: string, topic: string): TopicStatusEntry | undefined {
    return this.#connectors.get(connector)?.topics.get(topic);
  }

  own(kind: OwnRecordKind, id: string): unknown {
    return this.#own.get(kind)?.get(id);
  }

  allOwn(kind: OwnRecordKind): ReadonlyMap<string, unknown> {
    return new Map(this.#own.get(kind));
  }

  /** A connector's tombstone takes the statuses of its tasks along. */
  #connector(connector: string, status: StatusEntry | null): readonly StatusChange[] {
    const statuses = this.#of(connector);
    statuses.connector = status ?? undefined;
    const changes: StatusChange[] = [{ kind: 'status', connector, task: null, status }];
    if (status === null) {
      changes.push(
        ...[...statuses.tasks.keys()].map(
          (task) => ({ kind: 'status', connector, task, status: null }) as const,
        ),
      );
      statuses.tasks.clear();
    }
    return changes;
  }

  #task(connector: string, task: number, status: StatusEntry | null): readonly StatusChange[] {
    const { tasks } = this.#of(connector);
    if (status === null) {
      tasks.delete(task);
    } else if (isOutdated(status, tasks.get(task))) {
      return [];
    } else {
      tasks.set(task, status);
    }
    return [{ kind: 'status', connector, task, status }];
  }

  #of(connector: string): ConnectorStatuses {
    let statuses = this.#connectors.get(connector);
    if (statuses === undefined) {
      statuses = { connector: undefined, tasks: new Map(), topics: new Map() };
      this.#connectors.set(connector, statuses);
    }
    return statuses;
  }
}

/**
 * Whether a task is reported UNASSIGNED by a worker that lost it, when it runs elsewhere already. A worker's own newer word
 * counts: it has stopped the task (the generation rule guards a running task against others only, design section 4).
 */
function isOutdated(status: StatusEntry, known: StatusEntry | undefined): boolean {
  if (status.state !== 'UNASSIGNED' || known?.state !== 'RUNNING') {
    return false;
  }
  return known.workerId === status.workerId
    ? known.generation > status.generation
    : known.generation >= status.generation;
}
