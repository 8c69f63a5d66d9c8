import type { WireRequest } from '../client/kafka-client.ts';
import { WireReader, WireWriter } from '../client/wire.ts';

export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** InitProducerId v1: transactional id, transaction time-out in milliseconds. */
export function initProducerIdRequest(
  transactionalId: string,
  transactionTimeoutMs: number,
): WireRequest<ProducerIdentity & { readonly error: number }> {
  return {
    apiKey: 22,
    apiVersion: 1,
    apiName: 'InitProducerId',
    encode: () => new WireWriter().string(transactionalId).int32(transactionTimeoutMs).finish(),
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      return { error: reader.int16(), producerId: reader.int64(), producerEpoch: reader.int16() };
    },
  };
}

/** AddPartitionsToTxn v1, for one partition; answers its error code. */
export function addPartitionRequest(
  transactionalId: string,
  identity: ProducerIdentity,
  to: { readonly topic: string; readonly partition: number },
): WireRequest<number> {
  return {
    apiKey: 24,
    apiVersion: 1,
    apiName: 'AddPartitionsToTxn',
    encode: () => {
      const writer = new WireWriter();
      writer.string(transactionalId).int64(identity.producerId).int16(identity.producerEpoch);
      writer.array([to], ({ topic, partition }) => {
        writer.string(topic).array([partition], (id) => writer.int32(id));
      });
      return writer.finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      const errors = reader.array(() => {
        reader.string();
        return reader.array(() => {
          reader.int32();
          return reader.int16();
        });
      });
      return errors.flat().find((error) => error !== 0) ?? 0;
    },
  };
}

/** EndTxn v1; answers the error code. */
export function endTxnRequest(
  transactionalId: string,
  identity: ProducerIdentity,
  commit: boolean,
): WireRequest<number> {
  return {
    apiKey: 26,
    apiVersion: 1,
    apiName: 'EndTxn',
    encode: () =>
      new WireWriter()
        .string(transactionalId)
        .int64(identity.producerId)
        .int16(identity.producerEpoch)
        .boolean(commit)
        .finish(),
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      return reader.int16();
    },
  };
}

/** Produce v7 of one transactional batch with acks=all. */
export function transactionalProduceRequest(
  transactionalId: string,
  to: { readonly topic: string; readonly partition: number },
  batch: Buffer,
): WireRequest<{ readonly error: number; readonly baseOffset: number }> {
  return {
    apiKey: 0,
    apiVersion: 7,
    apiName: 'Produce',
    encode: () => {
      const writer = new WireWriter(batch.length + 128);
      writer.string(transactionalId).int16(-1).int32(PRODUCE_TIMEOUT_MS);
      writer.array([to], ({ topic, partition }) => {
        writer.string(topic).array([partition], (id) => writer.int32(id).bytes(batch));
      });
      return writer.finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      const [result] = reader
        .array(() => {
          reader.string();
          return reader.array(() => {
            reader.int32();
            const error = reader.int16();
            const baseOffset = reader.int64();
            reader.int64(); // log append time
            reader.int64(); // log start offset
            return { error, baseOffset };
          });
        })
        .flat();
      if (result === undefined) {
        throw new RangeError('A produce response without any partition');
      }
      return result;
    },
  };
}

const PRODUCE_TIMEOUT_MS = 10_000;
