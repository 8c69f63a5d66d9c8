import { ByteArrayConverter } from './byte-array-converter.ts';
import { JsonConverter } from './json/json-converter.ts';
import { VERSION, type BuiltInPlugin } from './plugin.ts';
import { SimpleHeaderConverter } from './simple-header-converter.ts';
import { StringConverter } from './string-converter.ts';

/** Kafka's own converters under the JVM's class names; one that converts headers too is listed once for each. */
export const converterPlugins: readonly BuiltInPlugin[] = [
  ...both('org.apache.kafka.connect.converters.ByteArrayConverter', () => new ByteArrayConverter()),
  ...both('org.apache.kafka.connect.json.JsonConverter', () => new JsonConverter()),
  ...both('org.apache.kafka.connect.storage.StringConverter', () => new StringConverter()),
  plugin(
    'header_converter',
    'org.apache.kafka.connect.storage.SimpleHeaderConverter',
    () => new SimpleHeaderConverter(),
  ),
];

function both(className: string, create: () => unknown): BuiltInPlugin[] {
  return [plugin('converter', className, create), plugin('header_converter', className, create)];
}

function plugin(type: BuiltInPlugin['type'], className: string, create: () => unknown): BuiltInPlugin {
  return { class: className, type, version: VERSION, create };
}
