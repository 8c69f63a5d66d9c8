import { NotFoundError, type ConnectorStateInfo, type TaskStateFields } from '@millrace/rest';
import type { ClusterConfigState, StatusBackingStore } from '@millrace/topic-stores';
import type { TypeOf } from '../connectors/connector-info.ts';
import type { ConfigAccess } from '../stores/config-access.ts';
import { noteStale } from '../http/staleness.ts';
import { TextMemo } from '../http/text-memo.ts';
import { stateInfo, taskState } from './state-info.ts';

/** Statuses of connectors and tasks. Those of connectors without a configuration are hidden (design section 4). */
export class Statuses {
  readonly #config: ConfigAccess;
  readonly #store: StatusBackingStore;
  readonly #typeOf: TypeOf;
  readonly #texts = new TextMemo();

  constructor(config: ConfigAccess, store: StatusBackingStore, typeOf: TypeOf) {
    this.#config = config;
    this.#store = store;
    this.#typeOf = typeOf;
  }

  /** Throws NotFoundError for a connector that is not there. */
  async connector(name: string): Promise<ConnectorStateInfo> {
    const info = this.of(await this.#config.read(), name);
    if (info === undefined) {
      throw new NotFoundError(`No status found for connector ${name}`);
    }
    return info;
  }

  /** Throws NotFoundError for a task that is not there. */
  async task(connector: string, task: number): Promise<TaskStateFields> {
    const state = await this.#config.read();
    if (!state.tasks(connector).some((id) => id.task === task)) {
      throw new NotFoundError(`No status found for task ${connector}-${task}`);
    }
    return taskState(task, this.#store.task(connector, task));
  }

  /** The status of a connector of this state; undefined when it has no configuration there. */
  of(state: ClusterConfigState, name: string): ConnectorStateInfo | undefined {
    const config = state.connectorConfig(name);
    if (config === undefined) {
      return undefined;
    }
    noteStale(this.#store.staleMs());
    return stateInfo({
      name,
      type: this.#typeOf(config['connector.class']),
      connector: this.#store.connector(name),
      tasks: state.tasks(name),
      statusOf: (task) => this.#store.task(name, task),
    });
  }
  /** {@link of} as JSON text. */
  textOf(state: ClusterConfigState, name: string): string | undefined {
    const config = state.connectorConfig(name);
    if (config === undefined) {
      return undefined;
    }
    noteStale(this.#store.staleMs());
    const sources: unknown[] = [name, this.#typeOf(config['connector.class']), this.#store.connector(name)];
    for (let task = 0; task < state.taskCount(name); task += 1) {
      sources.push(this.#store.task(name, task));
    }
    return this.#texts.text(config, sources, () => this.of(state, name));
  }
}
