import { NotFoundError, type WorkerInfo } from '@millrace/rest';
import type { StatusEntry } from '@millrace/topic-stores';
import type { ConfigAccess } from '../stores/config-access.ts';
import type { StatusAccess } from '../stores/status-access.ts';
import { presenceOf } from './presence.ts';
import type { GroupView } from './worker-group.ts';

/** The workers of the group: who is there, what runs where, who is drained. */
export class Workers {
  readonly #config: ConfigAccess;
  readonly #status: StatusAccess;
  readonly #group: () => Promise<GroupView>;
  #lastSeen: GroupView = { workers: new Set(), leader: null };

  constructor(config: ConfigAccess, status: StatusAccess, group: () => Promise<GroupView>) {
    this.#config = config;
    this.#status = status;
    this.#group = group;
  }

  /** Sorted by id. */
  async list(): Promise<readonly WorkerInfo[]> {
    const [state, group] = await Promise.all([this.#config.read(), this.#seen(), this.#status.read()]);
    const running = state.connectors().flatMap((name) => this.#running(name));
    return [...this.#ids(group)].sort().map((id) => ({
      ...this.#described(id, group),
      connectors: running
        .filter((unit) => unit.workerId === id && unit.task === null)
        .map(({ connector }) => connector),
      tasks: running.flatMap(({ workerId, connector, task }) =>
        workerId === id && task !== null ? [{ connector, task }] : [],
      ),
    }));
  }

  /** Makes a worker give up its work and take none, or ends that. Throws NotFoundError, UnavailableError. */
  async setDrained(id: string, drained: boolean): Promise<void> {
    await this.requireKnown(id);
    this.#status.store.putOwn('drain', id, drained ? { drain: true } : null);
    await this.#status.flush();
  }

  /** Throws NotFoundError for an id that no worker has, UnavailableError. */
  async requireKnown(id: string): Promise<void> {
    const [group] = await Promise.all([this.#group(), this.#status.readForWrite()]);
    if (!this.#ids(group).has(id)) {
      throw new NotFoundError(`Unknown worker ${id}`);
    }
  }

  /** The group now; while the brokers cannot be reached, as it was seen last. */
  async #seen(): Promise<GroupView> {
    if (!this.#config.unreachable) {
      this.#lastSeen = await this.#group();
    }
    return this.#lastSeen;
  }

  #ids(group: GroupView): ReadonlySet<string> {
    const { store } = this.#status;
    return new Set([...store.allOwn('worker').keys(), ...store.allOwn('drain').keys(), ...group.workers]);
  }

  #described(id: string, group: GroupView): Omit<WorkerInfo, 'connectors' | 'tasks'> {
    const { store } = this.#status;
    const presence = presenceOf(store.own('worker', id));
    return {
      id,
      incarnation: presence.incarnation,
      version: presence.version,
      host: presence.host,
      since: presence.startTime,
      member: group.workers.has(id),
      leader: group.leader === id,
      drained: isDrained(store.own('drain', id)),
      config_offset: presence.applied,
    };
  }

  /** What of a connector is somewhere. */
  #running(name: string): readonly StatusEntry[] {
    const { store } = this.#status;
    const connector = store.connector(name);
    const units = [...(connector === undefined ? [] : [connector]), ...store.tasks(name)];
    return units.filter(({ state }) => state !== 'UNASSIGNED' && state !== 'DESTROYED');
  }
}

function isDrained(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'drain' in value && value.drain === true;
}
