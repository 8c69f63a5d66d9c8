import type { RawRecord } from '../processes/raw-topics.ts';

/**
 * A pipeline that both nodes run. In texts, `{T}` stands for what a node's topics and connectors begin with, `{F}` for the folder of its files; both
 * are of one length for either node, and read `{T}` and `{F}` again in what is compared.
 */
export interface Scenario {
  readonly name: string;
  /** Files that are there before connectors are, by their names in `{F}`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Topics that are there before connectors are, by what follows `{T}`. */
  readonly topics?: Readonly<Record<string, InputTopic>>;
  /** By what follows `{T}`. */
  readonly connectors: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Done when the connectors are there, and before the outcome is waited for. */
  readonly then?: (actor: Actor) => Promise<void>;
  readonly outcome: ExpectedOutcome;
}

export interface InputTopic {
  /** 1 when left out. */
  readonly partitions?: number;
  readonly configs?: Readonly<Record<string, string>>;
  readonly records?: readonly RawRecord[];
}

/** What a scenario can do on a node's side while it runs. */
export interface Actor {
  /** `{T}` and `{F}` filled in. */
  readonly fill: (text: string) => string;
  /** Writes to a topic, which is named in full. */
  readonly write: (topic: string, records: readonly RawRecord[]) => Promise<void>;
  /** Ends when it gives something true; throws when that takes too long. */
  readonly waitFor: (what: string, condition: () => boolean | Promise<boolean>) => Promise<void>;
  /** Lines of a file in `{F}`. */
  readonly lines: (file: string) => readonly string[];
}

/** What is waited for on each side and compared between them. */
export interface ExpectedOutcome {
  /** By what follows `{T}`. */
  readonly topics?: Readonly<Record<string, ExpectedTopic>>;
  /** By name in `{F}`: how many lines. */
  readonly files?: Readonly<Record<string, number>>;
  /** Connectors, by what follows `{T}`, that end FAILED (or a task of them); states and the messages of the error and its cause are compared. */
  readonly failed?: readonly string[];
  /** Offsets that sinks commit: how many records of all their topics, by the group's name. */
  readonly committed?: Readonly<Record<string, number>>;
  /** Offsets, as their records' values, that sources are to commit to the workers' topic; the newest of all sources are compared. */
  readonly offsets?: readonly string[];
  /** Lines of files are compared as sets: for what is repeated or in no certain order. */
  readonly linesAsSet?: true;
}

export interface ExpectedTopic {
  /** How many, or the text that is the value of one of them. */
  readonly records: number | string;
  /** Timestamps are compared: they are those of the input. */
  readonly timestamps?: true;
  /** Partitions' number and all settings of the topic are compared. */
  readonly described?: true;
  /** Only the newest value of each key is compared, wherever it is: a commit's time is not determined. */
  readonly newest?: true;
}
