type Config = Readonly<Record<string, string>>;

const TRANSFORMS = 'org.apache.kafka.connect.transforms.';

/** A file source of the JVM's class name: `{F}/in.txt` into topic `{T}-out` unless said otherwise. */
export function source(config: Config = {}): Config {
  return {
    'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
    file: '{F}/in.txt',
    topic: '{T}-out',
    ...config,
  };
}

/** A file sink of the JVM's class name: topic `{T}-in` into `{F}/out.txt` unless said otherwise. */
export function sink(config: Config = {}): Config {
  return {
    'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
    file: '{F}/out.txt',
    ...('topics.regex' in config ? {} : { topics: '{T}-in' }),
    ...config,
  };
}

/** Settings of a chain: one transform after the other, each `Class$Key` or `Class$Value` as in their Java names. */
export function chain(...steps: readonly (readonly [type: string, settings?: Config])[]): Config {
  const aliases = steps.map((_, index) => `t${index}`);
  const settings = steps.flatMap(([type, own = {}], index) =>
    [['type', `${TRANSFORMS}${type}`], ...Object.entries(own)].map(
      ([key, value]) => [`transforms.t${index}.${String(key)}`, String(value)] as const,
    ),
  );
  return { transforms: aliases.join(','), ...Object.fromEntries(settings) };
}

/** Settings of predicates by their aliases. */
export function predicates(
  all: Readonly<Record<string, readonly [type: string, settings?: Config]>>,
): Config {
  const settings = Object.entries(all).flatMap(([alias, [type, own = {}]]) =>
    [['type', `${TRANSFORMS}predicates.${type}`], ...Object.entries(own)].map(
      ([key, value]) => [`predicates.${alias}.${String(key)}`, String(value)] as const,
    ),
  );
  return { predicates: Object.keys(all).join(','), ...Object.fromEntries(settings) };
}

/** A built-in converter for `key`, `value` or `header`, with its settings. */
export function converter(
  part: 'key' | 'value' | 'header',
  name: keyof typeof CONVERTERS,
  own: Config = {},
): Config {
  return {
    [`${part}.converter`]: CONVERTERS[name],
    ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`${part}.converter.${key}`, value])),
  };
}

const CONVERTERS = {
  json: 'org.apache.kafka.connect.json.JsonConverter',
  string: 'org.apache.kafka.connect.storage.StringConverter',
  simple: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
  bytes: 'org.apache.kafka.connect.converters.ByteArrayConverter',
  short: 'org.apache.kafka.connect.converters.ShortConverter',
  integer: 'org.apache.kafka.connect.converters.IntegerConverter',
  long: 'org.apache.kafka.connect.converters.LongConverter',
  float: 'org.apache.kafka.connect.converters.FloatConverter',
  double: 'org.apache.kafka.connect.converters.DoubleConverter',
  boolean: 'org.apache.kafka.connect.converters.BooleanConverter',
};

/** Key and value as JSON with their schemas: all that a record holds shows in its bytes. */
export const JSON_WITH_SCHEMAS: Config = { ...converter('key', 'json'), ...converter('value', 'json') };

/** Key and value as plain JSON. */
export const JSON_ALONE: Config = {
  ...converter('key', 'json', { 'schemas.enable': 'false' }),
  ...converter('value', 'json', { 'schemas.enable': 'false' }),
};

/** Tolerates all, and keeps what failed in topic `{T}-dlq` with context headers. */
export const TOLERANT: Config = {
  'errors.tolerance': 'all',
  'errors.deadletterqueue.topic.name': '{T}-dlq',
  'errors.deadletterqueue.topic.replication.factor': '1',
  'errors.deadletterqueue.context.headers.enable': 'true',
};
