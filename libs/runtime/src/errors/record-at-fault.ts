import type { RecordHeader } from '@millrace/kafka';

/** A record as it goes to a dead letter queue, before the headers that say what happened to it. */
export interface DeadLetter {
  /** Where it was read, or was to be written; the JVM's values where that is unknown: empty, -1 and -1. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
  /** Milliseconds since the epoch; null: none. */
  readonly timestamp: number | null;
  /** Further headers of context, of where a source's record came from. */
  readonly origin: readonly (readonly [name: string, value: string])[];
}

/** The record that an error is about. Asked only where the error is logged or the record kept. */
export interface RecordAtFault {
  /** As a line of the log names it: `consumed record is {…}` or `source record is = …`. */
  describe(): string;
  /** Where it was read, without anything of what is in it: `topic t, partition 0, offset 6`. */
  where(): string;
  deadLetter(): DeadLetter;
}
