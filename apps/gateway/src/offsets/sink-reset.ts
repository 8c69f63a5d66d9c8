import { BadRequestError, NotFoundError, type Message } from '@millrace/rest';
import type { Props, TargetState } from '@millrace/topic-stores';
import type { Connectors } from '../connectors/connectors.ts';
import type { TypeOf } from '../connectors/connector-info.ts';
import type { ConfigAccess } from '../stores/config-access.ts';
import type { SinkPartitions } from './sink-partitions.ts';
import type { OffsetSpec } from './partition-offsets.ts';
import type { Offsets } from './offsets.ts';
import type { StoppedConnector } from './stopped-connector.ts';

export interface SinkResetOptions {
  readonly config: ConfigAccess;
  readonly connectors: Connectors;
  readonly offsets: Offsets;
  readonly stopped: StoppedConnector;
  readonly partitions: SinkPartitions;
  readonly typeOf: TypeOf;
}

/** Sets a sink's offsets to a place that is named by what it means. */
export class SinkReset {
  readonly #options: SinkResetOptions;

  constructor(options: SinkResetOptions) {
    this.#options = options;
  }

  /**
   * Throws BadRequestError, NotFoundError, and what altering offsets throws. With `restart`, the connector is stopped before and
   * goes back to what it was meant to be after, also when it failed.
   */
  async to(name: string, spec: OffsetSpec, restart: boolean): Promise<Message> {
    const { config, connectors, typeOf } = this.#options;
    const state = await config.readForWrite();
    const props = state.connectorConfig(name);
    if (props === undefined) {
      throw new NotFoundError(`Connector ${name} not found`);
    }
    if (typeOf(props['connector.class']) !== 'sink') {
      throw new BadRequestError(
        `Connector ${name} is no sink; what its offsets mean, only the source itself knows`,
      );
    }
    const before = state.targetState(name) ?? 'STARTED';
    if (!restart || before === 'STOPPED') {
      return this.#reset(name, spec);
    }
    await connectors.stop(name);
    try {
      return await this.#reset(name, spec);
    } finally {
      await this.#resume(name, before);
    }
  }

  async #reset(name: string, spec: OffsetSpec): Promise<Message> {
    const { offsets, stopped } = this.#options;
    const connector = await stopped.require(name);
    await stopped.tasksGone(name);
    return offsets.alterSink(connector, await this.#targets(name, connector.config, spec));
  }

  async #targets(name: string, config: Props, spec: OffsetSpec): ReturnType<SinkPartitions['list']> {
    const { partitions } = this.#options;
    const at = await partitions.of(config);
    if (at.length === 0) {
      throw new BadRequestError(`Connector ${name} reads no topic that exists`);
    }
    return partitions.list(at, spec);
  }

  async #resume(name: string, before: TargetState): Promise<void> {
    await this.#options.connectors.setPaused(name, before === 'PAUSED');
  }
}

/** Reads `?to=`; throws BadRequestError. */
export function parseResetTarget(to: string | null): OffsetSpec {
  const given = to?.toLowerCase() ?? '';
  if (given === 'earliest' || given === 'latest') {
    return given;
  }
  const time = /^\d{1,15}$/.test(given) ? Number(given) : Date.parse(to ?? '');
  if (Number.isNaN(time)) {
    throw new BadRequestError(
      `'to' must be earliest, latest, or a time in milliseconds since the epoch or as 2026-01-31T12:00:00Z, not '${to ?? ''}'`,
    );
  }
  return time;
}
