import {
  stringifyJson,
  type ConnectValue,
  type OffsetValue,
  type SourceOffset,
  type SourcePartition,
} from '@millrace/connect-api';
import { BadRequestError, type ConnectorOffset, type ExactObject } from '@millrace/rest';
import type { PartitionOffset } from '@millrace/topic-stores';
import { JsonText } from '../http/reply.ts';

/** An offset of a request; connectors are shown null partitions, to refuse them. */
export interface RequestedOffset {
  readonly partition: SourcePartition | null;
  readonly offset: SourceOffset | null;
}

/** Reads the offsets of a request, of duplicates the last; throws BadRequestError for what no offset can hold. */
export function parseSourceOffsets(offsets: readonly ConnectorOffset[]): readonly RequestedOffset[] {
  const parsed = new Map<string, RequestedOffset>();
  for (const { partition, offset } of offsets) {
    const at = partition === null ? null : fieldsOf(partition);
    parsed.set(keyOf(partition), { partition: at, offset: offset === null ? null : fieldsOf(offset) });
  }
  return [...parsed.values()];
}

function fieldsOf(object: ExactObject): Readonly<Record<string, OffsetValue>> {
  return Object.fromEntries([...object].map(([key, value]) => [key, primitive(key, value)]));
}

function primitive(key: string, value: ConnectValue): OffsetValue {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  throw new BadRequestError(
    `Partitions and offsets of source connectors hold text, numbers, true, false and null, but '${key}' is ` +
      (Array.isArray(value) ? 'a list' : 'an object'),
  );
}

/** The same for maps of the same entries in any order. */
function keyOf(partition: ExactObject | null): string {
  return partition === null
    ? 'null'
    : stringifyJson(new Map([...partition].sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Offsets in the form of an answer, numbers exact. */
export function shownSourceOffsets(offsets: readonly PartitionOffset[]): JsonText {
  const items = offsets.map(({ partition, offset }) => {
    const shownOffset = offset === null ? 'null' : objectText(offset);
    return `{"partition":${objectText(partition)},"offset":${shownOffset}}`;
  });
  return new JsonText(`{"offsets":[${items.join(',')}]}`);
}

function objectText(fields: Readonly<Record<string, OffsetValue>>): string {
  return stringifyJson(new Map(Object.entries(fields)));
}
