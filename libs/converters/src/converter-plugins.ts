import { BooleanConverter } from './boolean-converter.ts';
import { ByteArrayConverter } from './byte-array-converter.ts';
import { JsonConverter } from './json/json-converter.ts';
import {
  DoubleConverter,
  FloatConverter,
  IntegerConverter,
  LongConverter,
  ShortConverter,
} from './number-converter.ts';
import { VERSION, type BuiltInPlugin } from './plugin.ts';
import { SimpleHeaderConverter } from './simple-header-converter.ts';
import { StringConverter } from './string-converter.ts';

/** Kafka's own converters under the JVM's class names; one that converts headers too is listed once for each. */
export const converterPlugins: readonly BuiltInPlugin[] = [
  ...both('org.apache.kafka.connect.converters.BooleanConverter', () => new BooleanConverter()),
  ...both('org.apache.kafka.connect.converters.ByteArrayConverter', () => new ByteArrayConverter()),
  ...both('org.apache.kafka.connect.converters.DoubleConverter', () => new DoubleConverter()),
  ...both('org.apache.kafka.connect.converters.FloatConverter', () => new FloatConverter()),
  ...both('org.apache.kafka.connect.converters.IntegerConverter', () => new IntegerConverter()),
  ...both('org.apache.kafka.connect.converters.LongConverter', () => new LongConverter()),
  ...both('org.apache.kafka.connect.converters.ShortConverter', () => new ShortConverter()),
  ...both('org.apache.kafka.connect.json.JsonConverter', () => new JsonConverter()),
  ...both('org.apache.kafka.connect.storage.StringConverter', () => new StringConverter()),
  headers('org.apache.kafka.connect.storage.SimpleHeaderConverter', () => new SimpleHeaderConverter()),
];

function both(className: string, create: () => unknown): BuiltInPlugin[] {
  return [{ class: className, type: 'converter', version: VERSION, create }, headers(className, create)];
}

function headers(className: string, create: () => unknown): BuiltInPlugin {
  return { class: className, type: 'header_converter', version: VERSION, create };
}
