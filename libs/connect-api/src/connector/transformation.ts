import type { ConnectRecord } from '../data/records.ts';
import type { Configurable, Props } from './plugin.ts';

/** A single message transform (KIP-66): one record in, the same, another or none (null) out. Synchronous. */
export interface Transformation<R extends ConnectRecord = ConnectRecord> extends Configurable {
  configure(props: Props): void;
  apply(record: R): R | null;
  close?(): void;
}

/** Decides whether a transform applies to a record (KIP-585). */
export interface Predicate<R extends ConnectRecord = ConnectRecord> extends Configurable {
  configure(props: Props): void;
  test(record: R): boolean;
  close?(): void;
}
