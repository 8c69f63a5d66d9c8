import { throwIfError } from './error-codes.ts';
import type { WireRequest } from './kafka-client.ts';
import { WireReader } from './wire.ts';

/** The versions of each request a broker takes, as kafkajs's SASL code wants them. */
export type ApiVersions = Record<number, { readonly minVersion: number; readonly maxVersion: number }>;

/** ApiVersions v0: error INT16, ARRAY(key INT16, min INT16, max INT16). */
export function apiVersionsRequest(): WireRequest<ApiVersions> {
  return {
    apiKey: 18,
    apiVersion: 0,
    apiName: 'ApiVersions',
    encode: () => Buffer.alloc(0),
    decode: (payload) => {
      const reader = new WireReader(payload);
      throwIfError(reader.int16(), 'ApiVersions');
      const versions: ApiVersions = {};
      reader.array(() => {
        versions[reader.int16()] = { minVersion: reader.int16(), maxVersion: reader.int16() };
      });
      return versions;
    },
  };
}
