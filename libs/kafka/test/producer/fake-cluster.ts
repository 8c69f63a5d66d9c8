import { ErrorCode } from '../../src/client/error-codes.ts';
import type { KafkaClient, TopicMetadata, WireRequest } from '../../src/client/kafka-client.ts';
import { WireReader, WireWriter } from '../../src/client/wire.ts';
import { KafkaError } from '../../src/errors.ts';
import { decodeRecordBatches } from '../../src/records/record-batch-decoder.ts';
import { logger } from '../cluster.ts';

interface ProducedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
}

/** What a broker does with a request: takes it, answers with an error code for all of it, or never gets it. */
export type Fate = 'take' | 'take-and-lose-answer' | 'lose' | { readonly errorCode: number };

/**
 * Brokers that know nothing but Produce, for what a single real one cannot show: leaders that move. Written batches are in
 * `log`, by partition.
 */
export class FakeCluster {
  readonly log = new Map<number, string[]>();
  /** Leaders by partition, as metadata tells them. */
  leaders: number[];
  /** Leaders as they are. */
  actual: number[];
  fate: () => Fate = () => 'take';
  refreshes = 0;
  /** Partitions with a request under way: never two of one. */
  readonly inFlight = new Set<number>();

  constructor(leaders: readonly number[]) {
    this.leaders = [...leaders];
    this.actual = [...leaders];
  }

  /** The parts of a client that a producer uses. */
  client(): KafkaClient {
    const metadata = (): Promise<readonly TopicMetadata[]> =>
      Promise.resolve([
        { topic: 't', partitions: this.leaders.map((leader, partition) => ({ partition, leader })) },
      ]);
    return {
      clientId: 'fake',
      props: {},
      logger,
      metadata,
      refreshMetadata: () => {
        this.refreshes += 1;
        this.leaders = [...this.actual];
        return Promise.resolve();
      },
      send: <R>(nodeId: number, request: WireRequest<R>) => this.#send(nodeId, request),
      closeLane: () => undefined,
    } as unknown as KafkaClient;
  }

  async #send<R>(nodeId: number, request: WireRequest<R>): Promise<R> {
    const body = request.encode();
    request.beforeWrite?.();
    const partitions = produced(Buffer.isBuffer(body) ? body : Buffer.concat(body));
    for (const { partition } of partitions) {
      if (this.inFlight.has(partition)) throw new Error(`Two requests under way for partition ${partition}`);
      this.inFlight.add(partition);
    }
    await new Promise((resolve) => setImmediate(resolve));
    const fate = this.fate();
    for (const { partition } of partitions) this.inFlight.delete(partition);
    if (fate === 'lose') throw new KafkaError('The connection is lost', { retriable: true });
    const answer = new WireWriter();
    answer.array(partitions, (each) => {
      const errorCode = typeof fate === 'object' ? fate.errorCode : this.#write(nodeId, each);
      answer.string(each.topic).array([each.partition], (partition) => {
        answer.int32(partition).int16(errorCode).int64(0).int64(-1).int64(0);
        answer.array([], () => undefined).string(null);
      });
    });
    if (fate === 'take-and-lose-answer') throw new KafkaError('The answer is lost', { retriable: true });
    return request.decode(answer.int32(0).finish());
  }

  #write(nodeId: number, { topic, partition, batch }: ProducedPartition): number {
    if (this.actual[partition] !== nodeId) return ErrorCode.NOT_LEADER_OR_FOLLOWER;
    const values = this.log.get(partition) ?? [];
    this.log.set(partition, values);
    decodeRecordBatches(batch, { topic, partition }, (whole) => {
      values.push(...whole.records().map(({ value }) => value?.toString() ?? 'null'));
    });
    return ErrorCode.NONE;
  }
}

/** What a Produce v8 request writes. */
function produced(body: Buffer): readonly ProducedPartition[] {
  const reader = new WireReader(body);
  reader.nullableString();
  reader.int16();
  reader.int32();
  return reader
    .array(() => {
      const topic = reader.string();
      return reader.array(() => ({ topic, partition: reader.int32(), batch: reader.bytes() }));
    })
    .flat();
}
