import type { OffsetAndPartition, TopicPartition } from '@millrace/kafka';
import { BadRequestError, NotFoundError, type ConnectorLag, type PartitionLag } from '@millrace/rest';
import type { TypeOf } from '../connectors/connector-info.ts';
import type { ConfigAccess } from '../stores/config-access.ts';
import type { SinkPartitions } from './sink-partitions.ts';
import { sinkGroupId, type SinkGroups } from './sink-group.ts';

/** How far sinks are behind. */
export class Lag {
  readonly #config: ConfigAccess;
  readonly #sinks: SinkGroups;
  readonly #partitions: SinkPartitions;
  readonly #typeOf: TypeOf;

  constructor(options: {
    readonly config: ConfigAccess;
    readonly sinks: SinkGroups;
    readonly partitions: SinkPartitions;
    readonly typeOf: TypeOf;
  }) {
    this.#config = options.config;
    this.#sinks = options.sinks;
    this.#partitions = options.partitions;
    this.#typeOf = options.typeOf;
  }

  /** Throws NotFoundError, or BadRequestError for a source. */
  async of(name: string): Promise<ConnectorLag> {
    const config = (await this.#config.read()).connectorConfig(name);
    if (config === undefined) {
      throw new NotFoundError(`Connector ${name} not found`);
    }
    if (this.#typeOf(config['connector.class']) !== 'sink') {
      throw new BadRequestError(`Connector ${name} is no sink; only what reads from Kafka has a lag there`);
    }
    const groupId = sinkGroupId(name, config);
    const committed = await this.#sinks.offsets(groupId);
    const at = await this.#partitions.of(config);
    const [begins, ends] = await Promise.all([
      this.#partitions.list(at, 'earliest'),
      this.#partitions.list(at, 'latest'),
    ]);
    const partitions = lags(ends, { begins, committed });
    return {
      name,
      group_id: groupId,
      total_lag: partitions.reduce((total, { lag }) => total + lag, 0),
      partitions,
    };
  }
}

function lags(
  ends: readonly OffsetAndPartition[],
  known: {
    readonly begins: readonly OffsetAndPartition[];
    readonly committed: readonly OffsetAndPartition[];
  },
): readonly PartitionLag[] {
  const find = (offsets: readonly OffsetAndPartition[], at: TopicPartition): number | undefined =>
    offsets.find(({ topic, partition }) => topic === at.topic && partition === at.partition)?.offset;
  return ends
    .map((end) => {
      const committed = find(known.committed, end);
      const from = Math.max(committed ?? 0, find(known.begins, end) ?? 0);
      return {
        topic: end.topic,
        partition: end.partition,
        committed_offset: committed ?? null,
        end_offset: end.offset,
        lag: Math.max(0, end.offset - from),
      };
    })
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}
