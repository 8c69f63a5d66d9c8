import { DataError } from '@millrace/connect-api';
import { BadRequestError, NotFoundError, type ConnectorOffsets, type Message } from '@millrace/rest';
import type { PartitionOffset, Props } from '@millrace/topic-stores';
import type { TypeOf } from '../connectors/connector-info.ts';
import type { ConfigAccess } from '../stores/config-access.ts';
import type { OffsetHook } from './offset-hook.ts';
import { parseSinkOffsets, shownSinkOffsets, type SinkOffset } from './sink-offsets.ts';
import { sinkGroupId, type SinkGroups } from './sink-group.ts';
import { parseSourceOffsets, shownSourceOffsets, type RequestedOffset } from './source-offsets.ts';
import type { SourceOffsetStores } from './source-offset-stores.ts';
import type { Stopped, StoppedConnector } from './stopped-connector.ts';

export interface OffsetsOptions {
  readonly config: ConfigAccess;
  readonly sources: SourceOffsetStores;
  readonly sinks: SinkGroups;
  readonly stopped: StoppedConnector;
  readonly hook: OffsetHook;
  readonly typeOf: TypeOf;
}

type Done = 'altered' | 'reset';

/** Committed offsets of connectors: shown, altered, reset (KIP-875). */
export class Offsets {
  readonly #options: OffsetsOptions;

  constructor(options: OffsetsOptions) {
    this.#options = options;
  }

  /** What an answer holds. Throws NotFoundError. */
  async get(name: string): Promise<unknown> {
    const config = (await this.#options.config.read()).connectorConfig(name);
    if (config === undefined) {
      throw new NotFoundError(`Connector ${name} not found`);
    }
    return this.#isSink(config)
      ? shownSinkOffsets(await this.#options.sinks.offsets(sinkGroupId(name, config)))
      : shownSourceOffsets(await this.#committed(name, config));
  }

  /** Throws BadRequestError, NotFoundError, ConflictError, OperationFailedError. */
  async alter(name: string, { offsets }: ConnectorOffsets): Promise<Message> {
    if (offsets === undefined || offsets === null || offsets.length === 0) {
      throw new BadRequestError('Partitions / offsets need to be provided for an alter offsets request');
    }
    const connector = await this.#options.stopped.require(name);
    return this.#isSink(connector.config)
      ? this.alterSink(connector, parseSinkOffsets(offsets))
      : this.#alterSource(connector, { offsets: parseSourceOffsets(offsets), done: 'altered' });
  }

  /** Throws NotFoundError, BadRequestError, ConflictError, OperationFailedError. */
  async reset(name: string): Promise<Message> {
    const connector = await this.#options.stopped.require(name);
    if (this.#isSink(connector.config)) {
      return this.#resetSink(connector);
    }
    await this.#options.stopped.tasksGone(name);
    const offsets = (await this.#committed(name, connector.config)).map(({ partition }) => ({
      partition,
      offset: null,
    }));
    return this.#alterSource(connector, { offsets, done: 'reset' });
  }

  /** Sets offsets of a sink's group. Throws as {@link alter}. */
  async alterSink(connector: Stopped, offsets: readonly SinkOffset[]): Promise<Message> {
    const { hook, sinks, stopped } = this.#options;
    const { name, config } = connector;
    await stopped.tasksGone(name);
    const complete = await hook.alter(name, config, { type: 'sink', offsets });
    await sinks.alter(name, sinkGroupId(name, config), offsets);
    await stopped.reassert(connector);
    return message('altered', complete);
  }

  async #resetSink(connector: Stopped): Promise<Message> {
    const { hook, sinks, stopped } = this.#options;
    const { name, config } = connector;
    await stopped.tasksGone(name);
    const groupId = sinkGroupId(name, config);
    const offsets = (await sinks.offsets(groupId)).map(({ topic, partition }) => ({
      topic,
      partition,
      offset: null,
    }));
    const complete = await hook.alter(name, config, { type: 'sink', offsets });
    await sinks.reset(name, groupId);
    await stopped.reassert(connector);
    return message('reset', complete);
  }

  async #alterSource(
    connector: Stopped,
    { offsets, done }: { readonly offsets: readonly RequestedOffset[]; readonly done: Done },
  ): Promise<Message> {
    const { hook, sources, stopped } = this.#options;
    const { name, config } = connector;
    await stopped.tasksGone(name);
    const complete = await hook.alter(name, config, { type: 'source', offsets });
    try {
      const changed = offsets.map(withPartition);
      await sources.use(config, (store) => store.set(name, changed));
    } catch (error) {
      throw error instanceof DataError ? new BadRequestError(error.message, { cause: error }) : error;
    }
    await stopped.reassert(connector);
    return message(done, complete);
  }

  #committed(name: string, config: Props): Promise<readonly PartitionOffset[]> {
    return this.#options.sources.use(config, (store) => store.all(name));
  }

  #isSink(config: Props): boolean {
    return this.#options.typeOf(config['connector.class']) === 'sink';
  }
}

function withPartition({ partition, offset }: RequestedOffset): PartitionOffset {
  if (partition === null) {
    throw new BadRequestError('Partition objects cannot be null');
  }
  return { partition, offset };
}

function message(done: Done, complete: boolean): Message {
  return {
    message: complete
      ? `The offsets for this connector have been ${done} successfully`
      : `The Connect framework-managed offsets for this connector have been ${done} successfully. However, if this connector ` +
        `manages offsets externally, they will need to be manually ${done} in the system that the connector uses.`,
  };
}
