import type { Outcome, SeenFailure, SeenRecord } from './outcome.ts';

/** How what we do may differ from what the JVM does. */
export interface Difference {
  readonly reason: string;
  /** What the JVM gave, as it is compared. */
  readonly forgive: (outcome: Outcome) => Outcome;
}

const MESSAGE = '__connect.errors.exception.message';
const OTHER_WORDS = 'in other words';

function everyRecord(outcome: Outcome, change: (record: SeenRecord) => SeenRecord): Outcome {
  const topics = Object.entries(outcome.topics).map(
    ([name, topic]) =>
      [name, { ...topic, records: topic.records.map((partition) => partition.map(change)) }] as const,
  );
  return { ...outcome, topics: Object.fromEntries(topics) };
}

/** Messages of dead letters that match `pattern` say the same in other words. */
export function letterMessages(outcome: Outcome): Outcome {
  return everyRecord(outcome, (record) => ({
    ...record,
    headers: record.headers.map(([name, value]) =>
      name === MESSAGE ? [name, value === null ? null : OTHER_WORDS] : [name, value],
    ),
  }));
}

/** The root cause's message says the same in other words. */
export function causes(outcome: Outcome): Outcome {
  const other = (failure: SeenFailure): SeenFailure => ({
    ...failure,
    why: failure.why === '' ? '' : OTHER_WORDS,
  });
  const failures = Object.entries(outcome.failures).map(([name, units]) => [name, units.map(other)] as const);
  return { ...outcome, failures: Object.fromEntries(failures) };
}

/** What is meant to differ, by scenario. */
export const DIFFERENCES: Readonly<Record<string, Difference>> = {};
