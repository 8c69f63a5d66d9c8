import { NotFoundError, type ConnectorInfo, type ExpandedConnector, type TaskInfo } from '@millrace/rest';
import { ConnectorNotFoundError, type ClusterConfigState } from '@millrace/topic-stores';
import type { Statuses } from '../status/statuses.ts';
import type { ConfigAccess } from '../stores/config-access.ts';
import { connectorInfo, taskInfos, type TypeOf } from './connector-info.ts';

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

  constructor(config: ConfigAccess, statuses: Statuses, typeOf: TypeOf) {
    this.#config = config;
    this.#statuses = statuses;
    this.#typeOf = typeOf;
  }

  async names(): Promise<readonly string[]> {
    return (await this.#config.read()).connectors();
  }

  /** Connectors with the parts asked for; parts that are not known are ignored (spec/rest.md section 2). */
  async expanded(parts: readonly string[]): Promise<Readonly<Record<string, ExpandedConnector>>> {
    const state = await this.#config.read();
    return Object.fromEntries(state.connectors().map((name) => [name, this.#expand(state, name, parts)]));
  }

  /** Throws NotFoundError. */
  async info(name: string): Promise<ConnectorInfo> {
    return found(name, connectorInfo(await this.#config.read(), name, this.#typeOf));
  }

  /** Throws NotFoundError. */
  async config(name: string): Promise<RevisedConfig> {
    const state = await this.#config.read();
    return { config: found(name, state.connectorConfig(name)), revision: state.revision(name) };
  }

  /** Throws NotFoundError. */
  async tasks(name: string): Promise<readonly TaskInfo[]> {
    const state = await this.#config.read();
    found(name, state.connectorConfig(name));
    return taskInfos(state, name);
  }

  /** Throws NotFoundError. */
  async destroy(name: string): Promise<void> {
    await this.#config.write({ kind: 'delete-connector', connector: name });
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

  #expand(state: ClusterConfigState, name: string, parts: readonly string[]): ExpandedConnector {
    const status = parts.includes('status') ? this.#statuses.of(state, name) : undefined;
    const info = parts.includes('info') ? connectorInfo(state, name, this.#typeOf) : undefined;
    return { ...(status === undefined ? {} : { status }), ...(info === undefined ? {} : { info }) };
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
