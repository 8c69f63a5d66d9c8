/** What a writer process does to one connector, and what came of it: the lines that it and the checker exchange. */
export type OperationKind = 'create' | 'put' | 'add' | 'replace' | 'delete' | 'read';

/** Written before an operation begins. */
export interface Begun {
  readonly event: 'begun';
  /** Unique among all processes; configurations carry it. */
  readonly id: string;
  readonly kind: OperationKind;
  readonly connector: string;
  /** Milliseconds of the machine's monotonic clock, which all processes share. */
  readonly at: number;
  /** The revision that a `replace` demands. */
  readonly revision?: number;
}

export type Outcome =
  /** Acknowledged. */
  | 'done'
  /** Refused: it exists, it does not, its revision is another. */
  | 'exists'
  | 'absent'
  | 'changed'
  /** Time-out or an error of the broker: it may have happened. */
  | 'unknown';

/** Written after it ended; a process that dies leaves it out. */
export interface Ended {
  readonly event: 'ended';
  readonly id: string;
  readonly at: number;
  readonly outcome: Outcome;
  /** Of a put: whether it says that it made the connector. */
  readonly created?: boolean;
  /** Of a read: the config offset it answers from. */
  readonly offset?: number;
  /** Of an `unknown` one. */
  readonly error?: string;
}

export type Line = Begun | Ended;

/** Milliseconds of the clock that `process.hrtime` reads: one for the whole machine. */
export function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
