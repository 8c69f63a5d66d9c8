import { toError } from '@millrace/connect-api';
import type { Logger } from 'pino';
import { ErrorCode, errorFor } from '../client/error-codes.ts';
import type { KafkaClient } from '../client/kafka-client.ts';
import { KafkaError } from '../errors.ts';
import { decodeRecordBatches } from '../records/record-batch-decoder.ts';
import type { RecordBatch } from '../records/record-batch.ts';
import { deliverables } from './aborted-transactions.ts';
import { NoOffsetForPartitionError } from './consumer-errors.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import type { FetchBuffer } from './fetch-buffer.ts';
import { type FetchedPartition, fetchRequest, type FetchResponse } from './fetch-request.ts';
import type { PartitionState } from './partition-state.ts';
import { partitionKey } from '../client/topic-partitions.ts';

/** One chunk is given out while the next one is on its way or waits. */
const CHUNKS_AHEAD = 2;

export interface FetcherOptions {
  readonly client: KafkaClient;
  /** What the broker sees as the client's id. */
  readonly clientId: string;
  readonly settings: ConsumerSettings;
  readonly logger: Logger;
  readonly buffer: FetchBuffer;
  /** By {@link partitionKey}, in the order in which partitions are asked for; owned by the consumer. */
  readonly states: Map<string, PartitionState>;
  /** Something can be given out or thrown. */
  readonly onArrival: () => void;
  /** A partition's `failure` was set. */
  readonly onFailure: () => void;
  /** A partition has lost its leader or position; both are to be found again before it is fetched. */
  readonly onUnresolved: () => void;
}

let lanes = 0;

/**
 * Keeps one long-polling Fetch under way per broker that leads a partition with room in the buffer, also while the
 * application works on what came. Memory is bounded by `fetch.max.bytes` of waiting bytes and as much under way.
 */
export class Fetcher {
  readonly #options: FetcherOptions;
  /** Connections of the consumer's own: its long polls hold nobody else up, and are ended by closing them. */
  readonly #lane = `fetch-${++lanes}`;
  readonly #busy = new Set<number>();
  #closed = false;

  constructor(options: FetcherOptions) {
    this.#options = options;
  }

  /** Sends the fetches that are possible now; called whenever something that decides that has changed. */
  pump(): void {
    if (this.#closed || this.#options.buffer.bytes >= this.#options.settings.fetchMaxBytes) {
      return;
    }
    const byLeader = new Map<number, PartitionState[]>();
    const full = new Set<number>();
    for (const state of this.#options.states.values()) {
      const { leader, position, paused, failure } = state;
      if (leader === null || position === null || paused || failure !== null || this.#busy.has(leader)) {
        continue;
      }
      if (state.chunks >= CHUNKS_AHEAD) {
        // A long poll without this partition would hold it up later; its chunks are about to be given out.
        full.add(leader);
        continue;
      }
      const group = byLeader.get(leader);
      if (group === undefined) {
        byLeader.set(leader, [state]);
      } else {
        group.push(state);
      }
    }
    for (const [leader, states] of byLeader) {
      if (!full.has(leader)) {
        void this.#fetch(leader, states);
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#options.client.closeLane(this.#lane);
  }

  async #fetch(leader: number, states: readonly PartitionState[]): Promise<void> {
    const { client, clientId, settings, buffer } = this.#options;
    const epochs = new Map(states.map((state) => [state, state.epoch]));
    this.#busy.add(leader);
    try {
      const response = await client.send(
        leader,
        fetchRequest({
          lane: this.#lane,
          clientId,
          maxWaitMs: settings.fetchMaxWaitMs,
          minBytes: settings.fetchMinBytes,
          maxBytes: settings.fetchMaxBytes - buffer.bytes,
          isolationLevel: settings.isolationLevel,
          timeoutMs: settings.requestTimeoutMs + settings.fetchMaxWaitMs,
          partitions: states.map(({ topic, partition, fetchOffset }) => ({
            topic,
            partition,
            fetchOffset,
            maxBytes: settings.maxPartitionFetchBytes,
          })),
        }),
      );
      this.#accept(response, epochs, leader);
    } catch (error) {
      this.#failed(toError(error), states);
    } finally {
      this.#busy.delete(leader);
    }
    this.pump();
  }

  #accept(response: FetchResponse, epochs: ReadonlyMap<PartitionState, number>, leader: number): void {
    if (response.errorCode !== ErrorCode.NONE) {
      throw errorFor(response.errorCode, `Fetch from broker ${leader}`);
    }
    let arrived = false;
    for (const partition of response.partitions) {
      const state = this.#options.states.get(partitionKey(partition));
      if (state === undefined || state.position === null || epochs.get(state) !== state.epoch) {
        continue;
      }
      if (partition.errorCode !== ErrorCode.NONE) {
        this.#refused(state, partition.errorCode);
        continue;
      }
      state.succeeded();
      if (partition.records.length > 0) {
        this.#buffer(state, partition);
        arrived = true;
      }
    }
    if (arrived) {
      this.#options.onArrival();
    }
  }

  #buffer(state: PartitionState, { records, aborted }: FetchedPartition): void {
    const { buffer, states } = this.#options;
    const batches: RecordBatch[] = [];
    let failure: Error | null = null;
    try {
      decodeRecordBatches(records, { topic: state.topic, partition: state.partition }, (batch) => {
        if (batch.lastOffset >= state.fetchOffset) {
          batches.push(batch);
        }
      });
    } catch (error) {
      failure = toError(error);
    }
    const items = deliverables(batches, aborted);
    state.fetchOffset = items.at(-1)?.nextOffset ?? state.fetchOffset;
    if (items.length > 0 || failure !== null) {
      buffer.add({ state, epoch: state.epoch, bytes: records.length, items, next: 0, rest: null, failure });
      // Brokers fill a response in the order of the request: who got something queues up behind the others.
      const key = partitionKey(state);
      states.delete(key);
      states.set(key, state);
    }
  }

  #refused(state: PartitionState, errorCode: number): void {
    const { settings, logger, onUnresolved, onFailure } = this.#options;
    const { topic, partition, fetchOffset } = state;
    const error = errorFor(errorCode, `Fetch of ${topic}-${partition} at offset ${fetchOffset}`);
    if (errorCode === ErrorCode.OFFSET_OUT_OF_RANGE && state.chunks === 0) {
      if (settings.autoOffsetReset === 'none') {
        state.failure = new NoOffsetForPartitionError(state, fetchOffset);
        onFailure();
        return;
      }
      logger.info({ topic, partition, offset: fetchOffset }, 'The fetch offset is out of range; it is reset');
      state.reset();
      onUnresolved();
    } else if (error.retriable || RETRIED_HERE.has(errorCode)) {
      logger.debug({ topic, partition, error: error.message }, 'The partition will be fetched again');
      state.loseLeader(settings);
      onUnresolved();
    } else {
      state.failure = error;
      onFailure();
    }
  }

  #failed(error: Error, states: readonly PartitionState[]): void {
    if (this.#closed) {
      return;
    }
    const { logger, settings, onFailure, onUnresolved } = this.#options;
    const retriable = !(error instanceof KafkaError) || error.retriable;
    logger.debug({ error: error.message, retriable }, 'A fetch failed');
    for (const state of states) {
      state.loseLeader(settings);
      state.failure = retriable ? state.failure : error;
    }
    if (!retriable) {
      onFailure();
    }
    onUnresolved();
  }
}

/**
 * UNKNOWN_SERVER_ERROR passes as a rule; an offset out of range behind records that wait is looked at again when those have
 * been given out.
 */
const RETRIED_HERE: ReadonlySet<number> = new Set([-1, ErrorCode.OFFSET_OUT_OF_RANGE]);
