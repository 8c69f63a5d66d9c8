import type { ConfigRecord, Props, TargetState } from '@millrace/topic-stores';
import type { Transition } from '../history/history-event.ts';
import { transition } from './transition.ts';

/** What the config topic says of a connector that exists. */
export interface ConnectorConfig {
  /** `connector.class`. */
  readonly class: string | null;
  /** Names of the settings; their values stay where they are. */
  readonly keys: readonly string[];
  /** Offset of the record, the revision that gateways' ETags carry. */
  readonly revision: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly targetState: TargetState;
  /** Tasks that were last committed. */
  readonly taskCount: number;
}

interface Entry {
  readonly props: Props | null;
  readonly revision: number;
  readonly updatedAt: number;
  readonly targetState: TargetState | null;
  readonly taskCount: number | null;
}

const NONE: Entry = { props: null, revision: -1, updatedAt: 0, targetState: null, taskCount: null };

/** Folds the config topic into what connectors there are, by the reader rules of spec/topics.md section 2.1. */
export class ConfigView {
  readonly #entries = new Map<string, Entry>();

  connectors(): readonly string[] {
    return [...this.#entries].filter(([, { props }]) => props !== null).map(([name]) => name);
  }

  connector(name: string): ConnectorConfig | null {
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.props === null) {
      return null;
    }
    return {
      class: entry.props['connector.class'] ?? null,
      keys: Object.keys(entry.props).sort(),
      revision: entry.revision,
      updatedAt: entry.updatedAt,
      targetState: entry.targetState ?? 'STARTED',
      taskCount: entry.taskCount ?? 0,
    };
  }

  /** Applies the record at an offset; what it changed, null for nothing that belongs into the history. */
  apply(record: ConfigRecord, offset: number, at: number): Transition | null {
    switch (record.kind) {
      case 'connector':
        return this.#connector(record.connector, record.config, { revision: offset, updatedAt: at });
      case 'target-state':
        return this.#targetState(record.connector, record.state);
      case 'commit':
        return this.#commit(record.connector, record.tasks);
      case 'restart': {
        const { connector, includeTasks, onlyFailed } = record;
        return transition('restart', 'REQUESTED', { connector, detail: { includeTasks, onlyFailed } });
      }
      case 'logger':
        return transition('log-level', record.level, { detail: { namespace: record.namespace } });
      case 'task':
      case 'fencing':
      case 'session-key':
        return null;
    }
  }

  #connector(
    connector: string,
    props: Props | null,
    place: { readonly revision: number; readonly updatedAt: number },
  ): Transition | null {
    const before = this.#entries.get(connector) ?? NONE;
    if (props === null) {
      this.#entries.set(connector, { ...NONE, targetState: before.targetState });
      return before.props === null
        ? null
        : transition('config', 'DELETED', { connector, detail: { class: classOf(before.props) } });
    }
    this.#entries.set(connector, { ...before, ...place, props });
    const changes = { class: classOf(props), ...difference(before.props ?? {}, props) };
    return transition('config', before.props === null ? 'CREATED' : 'UPDATED', {
      connector,
      detail: changes,
    });
  }

  #targetState(connector: string, state: TargetState | null): Transition | null {
    const before = this.#entries.get(connector) ?? NONE;
    this.#entries.set(connector, { ...before, targetState: state });
    // Its tombstone follows a deletion, which has a row of its own.
    if (state === null && before.props === null) {
      return null;
    }
    const previous = before.targetState ?? (before.props === null ? null : 'STARTED');
    return transition('target-state', state ?? 'STARTED', { connector, previous });
  }

  #commit(connector: string, tasks: number): Transition | null {
    const before = this.#entries.get(connector) ?? NONE;
    if (before.props === null) {
      return null;
    }
    this.#entries.set(connector, { ...before, taskCount: tasks });
    const previous = before.taskCount === null ? null : String(before.taskCount);
    return transition('tasks', String(tasks), { connector, previous });
  }
}

function classOf(props: Props): string | null {
  return props['connector.class'] ?? null;
}

/** Names only: a value may be a secret. */
function difference(
  before: Props,
  after: Props,
): Readonly<Record<'added' | 'changed' | 'removed', readonly string[]>> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return {
    added: names.filter((name) => !Object.hasOwn(before, name)),
    changed: names.filter(
      (name) => Object.hasOwn(before, name) && Object.hasOwn(after, name) && before[name] !== after[name],
    ),
    removed: names.filter((name) => !Object.hasOwn(after, name)),
  };
}
