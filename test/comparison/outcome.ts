import { createHash } from 'node:crypto';
import type { ConsumerRecord } from '@millrace/kafka';

/** A record as it is compared; timestamp only where it is determined. */
export interface SeenRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [name: string, value: string | null])[];
  readonly timestamp?: number;
}

export interface SeenTopic {
  /** By partition. */
  readonly records: readonly (readonly SeenRecord[])[];
  readonly configs?: Readonly<Record<string, string>>;
}

/** A unit that failed, `connector` or a task's number. */
export interface SeenFailure {
  readonly unit: string;
  readonly state: string;
  /** Messages of the error and of its cause. */
  readonly why: readonly string[];
}

/** What a node made of a scenario. */
export interface Outcome {
  readonly topics: Readonly<Record<string, SeenTopic>>;
  readonly files: Readonly<Record<string, readonly string[]>>;
  readonly failures: Readonly<Record<string, readonly SeenFailure[]>>;
  /** Next offsets by group and by `topic-partition`. */
  readonly committed: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Newest records of its sources in the workers' topic. */
  readonly offsets: readonly SeenRecord[];
}

const LONGEST_SHOWN = 2_000;
const STACK_TRACE = '__connect.errors.exception.stacktrace';

/** A record in which the names of a side read as those of the other; traces differ by nature. */
export function seenRecord(
  record: ConsumerRecord,
  plain: (text: string) => string,
  timestamps: boolean,
): SeenRecord {
  return {
    key: seenBytes(record.key, plain),
    value: seenBytes(record.value, plain),
    headers: record.headers.map(({ key, value }) => [
      key,
      key === STACK_TRACE && value !== null ? 'a stack trace' : seenBytes(value, plain),
    ]),
    ...(timestamps ? { timestamp: record.timestamp } : {}),
  };
}

/** The newest record of each key, by key. */
export function newest(records: readonly (readonly SeenRecord[])[]): readonly SeenRecord[] {
  const byKey = new Map(records.flat().map((record) => [record.key, record]));
  return [...byKey.values()].sort((one, other) => ((one.key ?? '') < (other.key ?? '') ? -1 : 1));
}

/** Bytes as text where they are UTF-8, in hexadecimal where not; long ones as their beginning, length and digest. */
function seenBytes(bytes: Uint8Array | null, plain: (text: string) => string): string | null {
  if (bytes === null) {
    return null;
  }
  const text = Buffer.from(bytes).toString('utf8');
  return shortened(
    Buffer.from(text).equals(bytes) ? plain(text) : `hex:${Buffer.from(bytes).toString('hex')}`,
  );
}

/** Long texts as their beginning, length and digest. */
export function shortened(text: string): string {
  return text.length <= LONGEST_SHOWN
    ? text
    : `${text.slice(0, 100)}… ${text.length} characters, ${createHash('sha256').update(text).digest('hex')}`;
}

/** The messages of an error and of its cause in a status trace, as both the JVM and V8 write it: without classes, frames and our headline. */
export function causes(trace: string): readonly string[] {
  return trace
    .replace(/^Root cause: .*\n/, '')
    .split(/^Caused by: /m)
    .slice(0, 2)
    .map((text) =>
      (text.split(/\n\s+(?:at |\.\.\. \d+ more)/)[0] ?? '').replace(/^[\w.$]+(?:: |$)/, '').trimEnd(),
    );
}
