import type { LogRecord } from '@millrace/kafka';
import type { ClusterConfigState } from './cluster-config-state.ts';
import type { ConfigFold } from './config-fold.ts';
import { operationHeader, restoredHeader } from './config-headers.ts';
import { encodeConfigRecord, type ConfigRecord } from './config-records.ts';

/** A write as the writer sees it. */
export interface Operation {
  /** Names it in a record header. */
  readonly id: string;
  /** True when it only writes again what is committed. */
  readonly restores: boolean;
  /**
   * The records it wants on this state; none: nothing needs to be written. Throws what it is refused with. `written` are keys
   * that others of the same group write before it.
   */
  readonly records: (state: ClusterConfigState, written: ReadonlySet<string>) => readonly ConfigRecord[];
  /** Whether it makes a connector that is not there on this state. */
  readonly creates: (state: ClusterConfigState) => boolean;
}

/** One that is to be appended. */
export interface Append<O extends Operation> {
  readonly operation: O;
  readonly created: boolean;
  readonly records: readonly LogRecord[];
}

/** One that needs no append: refused, or true already. */
export interface Verdict<O extends Operation> {
  readonly operation: O;
  /** What it is refused with; null when it was found to be unnecessary. */
  readonly refusal: unknown;
}

/** What waits, decided on one state: what goes into the next transaction, and what is answered if that state was the newest. */
export interface WriteGroup<O extends Operation> {
  readonly appends: readonly Append<O>[];
  readonly verdicts: readonly Verdict<O>[];
}

export interface GroupLimits {
  readonly operations: number;
  readonly bytes: number;
}

/** Decides operations in their order, each on what those before it leave. The fold is used up. */
export function decideGroup<O extends Operation>(
  operations: readonly O[],
  fold: ConfigFold,
  limits: GroupLimits,
): WriteGroup<O> {
  const appends: Append<O>[] = [];
  const verdicts: Verdict<O>[] = [];
  const state = fold.live();
  const written = new Set<string>();
  let bytes = 0;
  for (const operation of operations.slice(0, limits.operations)) {
    let records: readonly ConfigRecord[];
    try {
      records = operation.records(state, written);
    } catch (refusal) {
      verdicts.push({ operation, refusal });
      continue;
    }
    if (records.length === 0) {
      verdicts.push({ operation, refusal: null });
      continue;
    }
    const append = {
      operation,
      created: operation.creates(state),
      records: encode(operation, records, state),
    };
    bytes += sizeOf(append.records);
    if (bytes > limits.bytes && appends.length > 0) {
      break;
    }
    const restored = operation.restores ? { revision: null } : undefined;
    for (const record of records) {
      fold.apply(record, Math.max(fold.offset, 0), restored);
    }
    for (const { key } of append.records) {
      written.add(String(key));
    }
    appends.push(append);
  }
  return { appends, verdicts };
}

function encode(
  operation: Operation,
  records: readonly ConfigRecord[],
  state: ClusterConfigState,
): readonly LogRecord[] {
  const headers = [operationHeader(operation.id)];
  return records.map((record) => {
    const revision = record.kind === 'connector' ? state.revision(record.connector) : undefined;
    return {
      ...encodeConfigRecord(record),
      headers: operation.restores ? [...headers, restoredHeader(revision)] : headers,
    };
  });
}

/** What a record takes beside key and value: lengths, and the header that names the operation. */
const OVERHEAD = 96;

function sizeOf(records: readonly LogRecord[]): number {
  return records.reduce(
    (sum, { key, value }) => sum + OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0),
    0,
  );
}

/** Cuts records into batches of at most so many bytes, where single records allow that. */
export function batchesOf(
  records: readonly LogRecord[],
  maxBytes: number,
): readonly (readonly LogRecord[])[] {
  const batches: LogRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const size = sizeOf([record]);
    const last = batches.at(-1);
    if (last === undefined || size > room) {
      batches.push([record]);
      room = maxBytes - size;
    } else {
      last.push(record);
      room -= size;
    }
  }
  return batches;
}
