import { NotFoundError, type ConnectorInfo, type TaskInfo } from '@millrace/rest';
import {
  ConnectorNotFoundError,
  type ClusterConfigState,
  type RevisionCondition,
} from '@millrace/topic-stores';
import { JsonText } from '../http/reply.ts';
import { TextMemo } from '../http/text-memo.ts';
import type { Statuses } from '../status/statuses.ts';
import type { ConfigAccess } from '../stores/config-access.ts';
import type { ConfigMask } from './config-mask.ts';
import { connectorInfo, masked, taskInfos, type TypeOf } from './connector-info.ts';

/** A configuration and the revision that its ETag names. */
export interface RevisedConfig {
  readonly config: Readonly<Record<string, string | null>>;
  readonly revision: number | undefined;
}

/** What the config topic says of connectors, and the changes that need no validation. */
export class Connectors {
  readonly #config: ConfigAccess;
  readonly #statuses: Statuses;
  readonly #typeOf: TypeOf;
  readonly #mask: ConfigMask;
  readonly #infos = new TextMemo();

  constructor(options: {
    readonly config: ConfigAccess;
    readonly statuses: Statuses;
    readonly typeOf: TypeOf;
    readonly mask: ConfigMask;
  }) {
    this.#config = options.config;
    this.#statuses = options.statuses;
    this.#typeOf = options.typeOf;
    this.#mask = options.mask;
  }

  async names(): Promise<readonly string[]> {
    return (await this.#config.read()).connectors();
  }

  /**
   * Connectors with the parts asked for; parts that are not known are ignored (spec/rest.md section 2). User interfaces ask for all
   * there is every few seconds, and little of it has changed since.
   */
  async expanded(parts: readonly string[]): Promise<JsonText> {
    const state = await this.#config.read();
    const entries = state
      .connectors()
      .map(async (name) => `${JSON.stringify(name)}:${await this.#expand(state, name, parts)}`);
    return new JsonText(`{${(await Promise.all(entries)).join(',')}}`);
  }

  /** Throws NotFoundError. */
  async info(name: string): Promise<ConnectorInfo> {
    return found(name, await this.#info(await this.#config.read(), name));
  }

  /** Throws NotFoundError. */
  async config(name: string): Promise<RevisedConfig> {
    const state = await this.#config.read();
    const config = await this.#mask.shown(found(name, state.connectorConfig(name)));
    return { config, revision: state.revision(name) };
  }

  /** Throws NotFoundError. */
  async tasks(name: string): Promise<readonly TaskInfo[]> {
    const state = await this.#config.read();
    found(name, state.connectorConfig(name));
    return Promise.all(
      taskInfos(state, name).map(async ({ id, config }) => ({ id, config: await this.#mask.shown(config) })),
    );
  }

  /** Throws NotFoundError, RevisionMismatchError. */
  async destroy(name: string, condition: RevisionCondition | undefined): Promise<void> {
    await this.#config.write({
      kind: 'delete-connector',
      connector: name,
      ...(condition === undefined ? {} : { condition }),
    });
  }

  /** Throws NotFoundError. */
  async setPaused(name: string, paused: boolean): Promise<void> {
    await this.#changing(name, () =>
      this.#config.write({ kind: 'set-target-state', connector: name, state: paused ? 'PAUSED' : 'STARTED' }),
    );
  }

  /** Throws NotFoundError. */
  async stop(name: string): Promise<void> {
    await this.#changing(name, () => this.#config.write({ kind: 'stop-connector', connector: name }));
  }

  async #info(state: ClusterConfigState, name: string): Promise<ConnectorInfo | undefined> {
    const info = connectorInfo(state, name, this.#typeOf);
    return info === undefined ? undefined : masked(info, this.#mask);
  }

  /** An ExpandedConnector as JSON text. */
  async #expand(state: ClusterConfigState, name: string, parts: readonly string[]): Promise<string> {
    const status = parts.includes('status') ? this.#statuses.textOf(state, name) : undefined;
    const info = parts.includes('info') ? await this.#infoText(state, name) : undefined;
    const fields = [
      ...(status === undefined ? [] : [`"status":${status}`]),
      ...(info === undefined ? [] : [`"info":${info}`]),
    ];
    return `{${fields.join(',')}}`;
  }

  async #infoText(state: ClusterConfigState, name: string): Promise<string | undefined> {
    const config = state.connectorConfig(name);
    if (config === undefined) {
      return undefined;
    }
    const type = this.#typeOf(config['connector.class']);
    const shown = await this.#mask.shown(config);
    const make = (): ConnectorInfo => ({ name, config: shown, tasks: state.tasks(name), type });
    return this.#infos.text(config, [name, type, shown, state.taskCount(name)], make);
  }

  /** These calls say `Unknown connector`, where others say that it was not found. */
  async #changing(name: string, change: () => Promise<unknown>): Promise<void> {
    try {
      await change();
    } catch (error) {
      throw error instanceof ConnectorNotFoundError
        ? new NotFoundError(`Unknown connector ${name}`, { cause: error })
        : error;
    }
  }
}

function found<T>(name: string, value: T | undefined): T {
  if (value === undefined) {
    throw new NotFoundError(`Connector ${name} not found`);
  }
  return value;
}
