import type { CoordinatorType, WireRequest } from './kafka-client.ts';
import { WireReader, WireWriter } from './wire.ts';

export interface Coordinator {
  readonly error: number;
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** FindCoordinator v2: key STRING, type INT8 (0 group, 1 transaction). */
export function findCoordinatorRequest(type: CoordinatorType, key: string): WireRequest<Coordinator> {
  return {
    apiKey: 10,
    apiVersion: 2,
    apiName: 'FindCoordinator',
    encode: () =>
      new WireWriter()
        .string(key)
        .int8(type === 'group' ? 0 : 1)
        .finish(),
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      const error = reader.int16();
      reader.nullableString(); // error message
      return { error, nodeId: reader.int32(), host: reader.string(), port: reader.int32() };
    },
  };
}
