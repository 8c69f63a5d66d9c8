import type { ConfigDef } from '../config-def/config-def.ts';
import type { ConfigValue } from '../config-def/config-value.ts';
import type { SourceOffset, SourcePartition } from '../data/records.ts';
import type { SinkTask } from './sink-task.ts';
import type { SourceTask } from './source-task.ts';
import type { OffsetStorageReader } from './source-task.ts';
import type { PluginLogger, Props } from './plugin.ts';

/** What a connector may ask of the runtime. Valid from `initialize` until `stop` has returned. */
export interface ConnectorContext {
  readonly logger: PluginLogger;
  /** Asks the runtime to call `taskConfigs` again soon; any number of calls may be answered by one. */
  requestTaskReconfiguration(): void;
  /** Puts the connector into FAILED with this error as its trace. */
  raiseError(error: Error): void;
}

export interface SourceConnectorContext extends ConnectorContext {
  readonly offsetStorageReader: OffsetStorageReader;
}

/**
 * A connector: watches its system and divides the work into task configurations. Called by the worker that owns
 * it: `initialize`, `start`, then `taskConfigs` whenever a configuration or a request for reconfiguration asks for
 * it, at last `stop`. Calls never overlap. An error thrown by any of them makes the connector FAILED.
 */
export abstract class Connector {
  #context: ConnectorContext | undefined;

  protected get context(): ConnectorContext {
    if (this.#context === undefined) {
      throw new Error('Connector.context is there only after initialize()');
    }
    return this.#context;
  }

  initialize(context: ConnectorContext): void {
    this.#context = context;
  }

  /** The plugin's version, shown in statuses and plugin lists. */
  abstract version(): string;

  abstract config(): ConfigDef;

  /** The class name written as `task.class` into every task configuration. */
  abstract taskClass(): string;

  abstract start(props: Props): void | Promise<void>;

  /** At most `maxTasks` configurations; more makes the connector FAILED unless `tasks.max.enforce=false`. */
  abstract taskConfigs(maxTasks: number): Props[] | Promise<Props[]>;

  abstract stop(): void | Promise<void>;

  /** Checks a configuration. The default checks each key by `config()`; override to check keys against each other. */
  validate(props: Props): ConfigValue[] | Promise<ConfigValue[]> {
    return this.config().validate(props);
  }
}

export type ExactlyOnceSupport = 'SUPPORTED' | 'UNSUPPORTED';

export abstract class SourceConnector extends Connector {
  /** Whether records and offsets are exact under transactions with this configuration; undefined: unknown. */
  exactlyOnceSupport(_props: Props): ExactlyOnceSupport | undefined {
    return undefined;
  }

  canDefineTransactionBoundaries(_props: Props): boolean {
    return false;
  }

  /**
   * Called before offsets are altered or reset over REST, with the connector stopped. Throw to refuse. Return true
   * when offsets kept outside of Kafka were altered too, or there are none.
   */
  alterOffsets(
    _props: Props,
    _offsets: ReadonlyMap<SourcePartition, SourceOffset | null>,
  ): boolean | Promise<boolean> {
    return false;
  }

  /** Makes one task; the runtime then initialises and starts it. */
  abstract createTask(): SourceTask;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export abstract class SinkConnector extends Connector {
  /** As for sources; a null offset deletes the group's offset of that partition. */
  alterOffsets(
    _props: Props,
    _offsets: readonly (TopicPartition & { readonly offset: number | null })[],
  ): boolean | Promise<boolean> {
    return false;
  }

  abstract createTask(): SinkTask;
}
