import { expect, test } from 'vitest';
import { javaHashOrder } from '../../src/index.ts';

test('a few keys come as from a java.util.HashMap', () => {
  expect(
    javaHashOrder([
      'converter.type',
      'schemas.enable',
      'schemas.cache.size',
      'schema.content',
      'decimal.format',
      'replace.null.with.default',
    ]),
  ).toEqual([
    'decimal.format',
    'converter.type',
    'schemas.cache.size',
    'replace.null.with.default',
    'schemas.enable',
    'schema.content',
  ]);
});

/** The keys of a sink connector in the order of their definition, and as `validateAll` of 4.3.1 gives them out. */
const DEFINED =
  'name connector.class connector.plugin.version tasks.max tasks.max.enforce key.converter key.converter.plugin.version value.converter value.converter.plugin.version header.converter header.converter.plugin.version transforms predicates config.action.reload errors.retry.timeout errors.retry.delay.max.ms errors.tolerance errors.log.enable errors.log.include.messages topics topics.regex errors.deadletterqueue.topic.name errors.deadletterqueue.topic.replication.factor errors.deadletterqueue.context.headers.enable';
const VALIDATED =
  'connector.class errors.retry.timeout errors.log.include.messages tasks.max topics transforms errors.retry.delay.max.ms topics.regex header.converter errors.deadletterqueue.context.headers.enable value.converter.plugin.version predicates errors.deadletterqueue.topic.name name key.converter.plugin.version errors.tolerance errors.deadletterqueue.topic.replication.factor tasks.max.enforce value.converter connector.plugin.version header.converter.plugin.version config.action.reload errors.log.enable key.converter';

test('the table grows as it fills, and keys of one bucket keep their order', () => {
  expect(javaHashOrder(DEFINED.split(' '))).toEqual(VALIDATED.split(' '));
});

test('a copy of a map has a table of its own size', () => {
  expect(javaHashOrder(['tasks.max', 'name'], 'copied')).toEqual(['name', 'tasks.max']);
});

test('a key given twice comes once', () => {
  expect(javaHashOrder(['a', 'a'])).toEqual(['a']);
});
