import { Cast } from './cast.ts';
import { DropHeaders } from './drop-headers.ts';
import { ExtractField } from './extract-field.ts';
import { Filter } from './filter.ts';
import { Flatten } from './flatten.ts';
import { HeaderFrom } from './header-from.ts';
import { HoistField } from './hoist-field.ts';
import { InsertField } from './insert-field.ts';
import { InsertHeader } from './insert-header.ts';
import { MaskField } from './mask-field.ts';
import { VERSION, type BuiltInPlugin } from './plugin.ts';
import { HasHeaderKey } from './predicates/has-header-key.ts';
import { RecordIsTombstone } from './predicates/record-is-tombstone.ts';
import { TopicNameMatches } from './predicates/topic-name-matches.ts';
import { KEY, VALUE, type RecordPart } from './record-part.ts';
import { RegexRouter } from './regex-router.ts';
import { ReplaceField } from './replace-field.ts';
import { SetSchemaMetadata } from './set-schema-metadata.ts';
import { TimestampConverter } from './timestamp-converter.ts';
import { TimestampRouter } from './timestamp-router.ts';
import { ValueToKey } from './value-to-key.ts';

const PACKAGE = 'org.apache.kafka.connect.transforms';

/** Kafka's own transforms and predicates under the JVM's class names. */
export const transformPlugins: readonly BuiltInPlugin[] = [
  ...keyAndValue('Cast', (part) => new Cast(part)),
  transform('DropHeaders', () => new DropHeaders()),
  ...keyAndValue('ExtractField', (part) => new ExtractField(part)),
  transform('Filter', () => new Filter()),
  ...keyAndValue('Flatten', (part) => new Flatten(part)),
  ...keyAndValue('HeaderFrom', (part) => new HeaderFrom(part)),
  ...keyAndValue('HoistField', (part) => new HoistField(part)),
  ...keyAndValue('InsertField', (part) => new InsertField(part)),
  transform('InsertHeader', () => new InsertHeader()),
  ...keyAndValue('MaskField', (part) => new MaskField(part)),
  transform('RegexRouter', () => new RegexRouter()),
  ...keyAndValue('ReplaceField', (part) => new ReplaceField(part)),
  ...keyAndValue('SetSchemaMetadata', (part) => new SetSchemaMetadata(part)),
  ...keyAndValue('TimestampConverter', (part) => new TimestampConverter(part)),
  transform('TimestampRouter', () => new TimestampRouter()),
  transform('ValueToKey', () => new ValueToKey()),
  predicate('HasHeaderKey', () => new HasHeaderKey()),
  predicate('RecordIsTombstone', () => new RecordIsTombstone()),
  predicate('TopicNameMatches', () => new TopicNameMatches()),
];

function keyAndValue(name: string, create: (part: RecordPart) => unknown): BuiltInPlugin[] {
  return [transform(`${name}$Key`, () => create(KEY)), transform(`${name}$Value`, () => create(VALUE))];
}

function transform(name: string, create: () => unknown): BuiltInPlugin {
  return { class: `${PACKAGE}.${name}`, type: 'transformation', version: VERSION, create };
}

function predicate(name: string, create: () => unknown): BuiltInPlugin {
  return { class: `${PACKAGE}.predicates.${name}`, type: 'predicate', version: VERSION, create };
}
