import type { Outcome } from './outcome.ts';

/** Where we do not do what the JVM does, and mean it. */
export interface Difference {
  readonly reason: string;
  /** Texts of the JVM's outcome, and what is there instead in ours; null: it is not said. */
  readonly texts: readonly (readonly [jvm: string, ours: string | null])[];
}

const JVM_FLOATS = 'the shortest digits, as JDK 19 and later print them; JDK 17 prints more';
const TOO_LARGE =
  'the record in other words, and its size as it is, where the Java producer takes the largest it could be';
const NO_ALIAS = "Unknown configuration 'predicates.nobody.plugin.version'";
const REPLICAS =
  'Unable to replicate the partition 7 time(s): The target replication factor of 7 cannot be reached because only 1 broker(s) are ' +
  'registered or some brokers have all their log directories cordoned.';
const POLICY =
  'Invalid value nonsense for configuration cleanup.policy: String must be one of: compact, delete';

/** The message and that of its cause where a topic cannot be created: the JVM's, and ours. */
function uncreated(topic: string, why: string, code: string): Difference['texts'] {
  const outer =
    `Task failed to create new topic ${topic}. Ensure that the task is authorized to create topics or that the topic ` +
    'exists and restart the task';
  return [
    [`Unable to create topic(s) '${topic}': ${why}`, outer],
    [why, `Creating topic ${topic} (${why}): ${code}`],
  ];
}

/** What is meant to differ, by scenario. One that does not show in a run is an error: it is to be struck out. */
export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'source-numbers-as-json': { reason: JVM_FLOATS, texts: [['1.23456791E11', '1.2345679E11']] },
  'orders-cast': { reason: JVM_FLOATS, texts: [['1.70921008E12', '1.7092101E12']] },
  'every-kind-of-transform-error': {
    reason: 'the text of a NullPointerException; ours says what is missing',
    texts: [
      [
        'Cannot invoke "org.apache.kafka.connect.data.Field.schema()" because the return value of ' +
          '"org.apache.kafka.connect.data.Schema.field(String)" is null',
        'The schema has no field nope to take into a header',
      ],
    ],
  },
  'chain-that-cannot-be-made': {
    reason: 'what the JVM says has little to do with what is wrong: a predicate that is not there',
    texts: [
      [
        `org.apache.kafka.connect.errors.ConnectException: org.apache.kafka.common.config.ConfigException: ${NO_ALIAS}`,
        'Invalid value nobody for configuration transforms.t0.predicate: no predicate has this alias',
      ],
      [`org.apache.kafka.common.config.ConfigException: ${NO_ALIAS}`, null],
    ],
  },
  'line-that-may-not-be-sent': {
    reason: TOO_LARGE,
    texts: [
      [
        'The message is 1048677 bytes when serialized which is larger than 1048576, which is the value of the max.request.size configuration.',
        'A record for topic {T}-out takes 1048663 bytes, more than max.request.size=1048576',
      ],
    ],
  },
  'request-size-by-override': {
    reason: TOO_LARGE,
    texts: [
      [
        'The message is 3086 bytes when serialized which is larger than 2000, which is the value of the max.request.size configuration.',
        'A record for topic {T}-out takes 3070 bytes, more than max.request.size=2000',
      ],
    ],
  },
  'topic-that-cannot-be-created': {
    reason: "the broker's words are in the cause, with what was asked of it",
    texts: [
      ...uncreated('{T}-replicas', REPLICAS, 'INVALID_REPLICATION_FACTOR'),
      ...uncreated('{T}-setting', POLICY, 'INVALID_CONFIG'),
    ],
  },
  'offsets-after-other-letters': {
    reason:
      "positions are bytes; the JVM's are UTF-16 characters, so that it reads part of such a file again after a restart",
    texts: [['{"position":4}', '{"position":7}']],
  },
};

/** The JVM's outcome as ours is meant to be. */
export function withDifference(outcome: Outcome, { texts }: Difference): Outcome {
  return replaced(outcome, new Map(texts)) as Outcome;
}

function replaced(part: unknown, texts: ReadonlyMap<string, string | null>): unknown {
  if (typeof part === 'string') {
    return replacedText(part, texts);
  }
  if (Array.isArray(part)) {
    return part
      .map((item) => replaced(item, texts))
      .filter((item, index) => item !== null || part[index] === null);
  }
  return typeof part === 'object' && part !== null
    ? Object.fromEntries(Object.entries(part).map(([key, item]) => [key, replaced(item, texts)]))
    : part;
}

/** A text that is one of them, or holds some. */
function replacedText(text: string, texts: ReadonlyMap<string, string | null>): string | null {
  const whole = texts.get(text);
  if (whole !== undefined) {
    return whole;
  }
  let result = text;
  for (const [jvm, ours] of texts) {
    result = ours === null ? result : result.replaceAll(jvm, ours);
  }
  return result;
}
