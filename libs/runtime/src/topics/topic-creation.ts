import { ConfigError, javaRegExp, type Props } from '@millrace/connect-api';
import type { NewTopic } from '@millrace/kafka';
import { nameList } from '../host/name-list.ts';

const PREFIX = 'topic.creation.';
const DEFAULT_GROUP = 'default';

/** Settings of the topics whose names match: one of `topic.creation.groups`, or the default group, which takes every topic. */
interface TopicGroup {
  readonly name: string;
  readonly include: readonly RegExp[];
  readonly exclude: readonly RegExp[];
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** How the topics of a source connector are created (KIP-158, spec/runtime.md section 7). */
export class TopicCreation {
  readonly #groups: readonly TopicGroup[];

  private constructor(groups: readonly TopicGroup[]) {
    this.#groups = groups;
  }

  /** null: the connector says nothing of it, and topics are left to the broker. Throws ConfigError naming the key that is wrong. */
  static of(props: Props): TopicCreation | null {
    if (!Object.keys(props).some((key) => key.startsWith(PREFIX))) {
      return null;
    }
    const defaults = defaultGroup(props);
    const names = nameList(props, `${PREFIX}groups`).filter((name) => name !== DEFAULT_GROUP);
    return new TopicCreation([...names.map((name) => groupOf(props, name, defaults)), defaults]);
  }

  /** A topic as the first group that matches its name wants it. */
  newTopic(topic: string): NewTopic {
    const group = this.#groups.find(
      ({ include, exclude }) =>
        include.some((pattern) => pattern.test(topic)) && !exclude.some((pattern) => pattern.test(topic)),
    );
    if (group === undefined) {
      throw new ConfigError(`No group of ${PREFIX}groups takes topic ${topic}`);
    }
    const { partitions, replicationFactor, configs } = group;
    return { topic, partitions, replicationFactor, configs };
  }
}

function defaultGroup(props: Props): TopicGroup {
  const prefix = `${PREFIX}${DEFAULT_GROUP}.`;
  return {
    name: DEFAULT_GROUP,
    include: [/^/],
    exclude: [],
    partitions: count(props, `${prefix}partitions`),
    replicationFactor: count(props, `${prefix}replication.factor`),
    configs: otherConfigs(props, prefix),
  };
}

function groupOf(props: Props, name: string, defaults: TopicGroup): TopicGroup {
  const prefix = `${PREFIX}${name}.`;
  return {
    name,
    include: patterns(props, `${prefix}include`),
    exclude: patterns(props, `${prefix}exclude`),
    partitions: count(props, `${prefix}partitions`, defaults.partitions),
    replicationFactor: count(props, `${prefix}replication.factor`, defaults.replicationFactor),
    configs: otherConfigs(props, prefix),
  };
}

/** Everything else of a group goes to CreateTopics as it is. */
function otherConfigs(props: Props, prefix: string): Record<string, string> {
  const own = new Set(['include', 'exclude', 'partitions', 'replication.factor']);
  return Object.fromEntries(
    Object.entries(props).flatMap(([key, value]) => {
      const name = key.startsWith(prefix) ? key.slice(prefix.length) : '';
      return name === '' || own.has(name) || value === null ? [] : [[name, value] as const];
    }),
  );
}

function patterns(props: Props, key: string): readonly RegExp[] {
  return nameList(props, key).map((pattern) => {
    try {
      return javaRegExp(pattern, 'matches');
    } catch (error) {
      throw new ConfigError(`Invalid value ${pattern} for configuration ${key}: not a regular expression`, {
        key,
        cause: error,
      });
    }
  });
}

function count(props: Props, key: string, fallback?: number): number {
  const text = props[key]?.trim();
  if (text === undefined) {
    if (fallback === undefined) {
      throw new ConfigError(`Missing required configuration "${key}" which has no default value.`, { key });
    }
    return fallback;
  }
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(Number.isSafeInteger(value) && (value > 0 || value === -1))) {
    throw ConfigError.invalidValue(key, text, "must be a positive number, or -1 to use the broker's default");
  }
  return value;
}
