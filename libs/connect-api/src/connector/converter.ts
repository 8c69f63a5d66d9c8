import type { Headers } from '../data/headers.ts';
import type { ConnectValue, Schema, SchemaAndValue } from '../data/schema.ts';
import type { Configurable, Props } from './plugin.ts';

/**
 * Translates between Connect data and bytes. Synchronous and called per record, so that nothing on the data path is
 * awaited; a converter that needs I/O fills a cache in `prepare`. Throws DataError for what it cannot convert.
 */
export interface Converter extends Configurable {
  /** Called once before use. `isKey` tells the key converter from the value converter. */
  configure(props: Props, isKey: boolean): void;
  fromConnectData(
    topic: string,
    schema: Schema | null,
    value: ConnectValue,
    headers?: Headers,
  ): Uint8Array | null;
  toConnectData(topic: string, bytes: Uint8Array | null, headers?: Headers): SchemaAndValue;
  /** Called with a whole batch of raw values before they are converted; errors fail the batch as retriable ones. */
  prepare?(topic: string, batch: readonly (Uint8Array | null)[]): Promise<void>;
  close?(): void;
}

/** As {@link Converter}, for header values. */
export interface HeaderConverter extends Configurable {
  configure(props: Props): void;
  fromConnectHeader(
    topic: string,
    key: string,
    schema: Schema | null,
    value: ConnectValue,
  ): Uint8Array | null;
  toConnectHeader(topic: string, key: string, bytes: Uint8Array | null): SchemaAndValue;
  close?(): void;
}
