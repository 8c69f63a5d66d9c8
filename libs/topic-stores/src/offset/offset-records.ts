import {
  DataError,
  parseJson,
  stringifyJson,
  type ConnectValue,
  type OffsetValue,
  type SourceOffset,
  type SourcePartition,
} from '@millrace/connect-api';
import type { RawRecord } from '../log/topic-log.ts';
import { javaHashOrder } from './java-hash-order.ts';

/** What a record of the offset topic says (spec/topics.md section 3). */
export interface OffsetRecord {
  readonly kind: 'offset';
  readonly connector: string;
  readonly partition: SourcePartition;
  /** null: removed. */
  readonly offset: SourceOffset | null;
}

/** A record that says nothing, and why, for the log; `quiet` where the JVM says nothing either. */
export interface UnreadableOffset {
  readonly kind: 'unreadable';
  readonly reason: string;
  readonly quiet: boolean;
}

/**
 * The bytes of a record as the JVM writes them, down to the order of the entries: the key's bytes are what look-ups and
 * compaction go by. Throws DataError for a value that offsets cannot hold.
 */
export function encodeOffsetRecord(
  connector: string,
  partition: SourcePartition,
  offset: SourceOffset | null,
): RawRecord {
  return { key: Buffer.from(offsetKey(connector, partition)), value: encodeOffset(connector, offset) };
}

/** The key as text. Throws DataError. */
export function offsetKey(connector: string, partition: SourcePartition): string {
  return stringifyJson([connector, inHashOrder(connector, partition)]);
}

export function encodeOffset(connector: string, offset: SourceOffset | null): Buffer | null {
  return offset === null ? null : Buffer.from(stringifyJson(inHashOrder(connector, offset)));
}

/** The same for partitions that say the same, whatever the order of their entries. Throws DataError. */
export function canonicalPartition(connector: string, partition: SourcePartition): string {
  const keys = Object.keys(partition).sort();
  return stringifyJson(new Map(keys.map((key) => [key, checked(connector, partition[key])])));
}

/** Decodes a record; never throws. */
export function decodeOffsetRecord(
  key: string | null,
  value: Buffer | null,
): OffsetRecord | UnreadableOffset {
  try {
    const parsed = parseJson(key ?? 'null');
    const parts: readonly ConnectValue[] = Array.isArray(parsed) ? parsed : [];
    const [connector, source] = parts;
    if (parts.length !== 2 || typeof connector !== 'string' || source === undefined) {
      return unreadable('its key is no list of a connector name and a partition');
    }
    if (source === null) {
      return { kind: 'unreadable', reason: 'its partition is null', quiet: true };
    }
    const partition = fieldsOf(source);
    if (partition === null) {
      return unreadable('its partition is no object of primitives');
    }
    const json = value === null ? null : parseJson(value.toString('utf8'));
    const offset = json === null ? null : fieldsOf(json);
    if (json !== null && offset === null) {
      return unreadable('its value is no object of primitives');
    }
    return { kind: 'offset', connector, partition, offset };
  } catch (error) {
    return unreadable(error instanceof Error ? error.message : String(error));
  }
}

function unreadable(reason: string): UnreadableOffset {
  return { kind: 'unreadable', reason, quiet: false };
}

function fieldsOf(value: ConnectValue): Readonly<Record<string, OffsetValue>> | null {
  if (!(value instanceof Map)) {
    return null;
  }
  const fields: [string, OffsetValue][] = [];
  for (const [key, item] of value as ReadonlyMap<ConnectValue, ConnectValue>) {
    if (typeof key !== 'string' || (typeof item === 'object' && item !== null)) {
      return null;
    }
    fields.push([key, item]);
  }
  return Object.fromEntries(fields);
}

/** Most JVM connectors use a HashMap, and so does the JVM's worker once it has read an offset. */
function inHashOrder(
  connector: string,
  fields: Readonly<Record<string, OffsetValue>>,
): ReadonlyMap<string, OffsetValue> {
  return new Map(javaHashOrder(Object.keys(fields)).map((key) => [key, checked(connector, fields[key])]));
}

function checked(connector: string, value: unknown): OffsetValue {
  if (isOffsetValue(value)) {
    return value;
  }
  throw new DataError(
    `Connector ${connector} gave an offset or source partition that holds ${describe(value)}; only null, boolean, number, ` +
      'bigint, string and bytes can be stored',
  );
}

function isOffsetValue(value: unknown): value is OffsetValue {
  return (
    value === null ||
    value instanceof Uint8Array ||
    ['string', 'number', 'bigint', 'boolean'].includes(typeof value)
  );
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? `a ${value.constructor.name}` : typeof value;
}
