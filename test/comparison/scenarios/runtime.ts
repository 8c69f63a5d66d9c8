import { chain, converter, sink, source } from '../configs.ts';
import { record, records } from '../json-records.ts';
import type { Scenario } from '../scenario.ts';

/** A line that is large, and small when compressed. */
const COMPRESSIBLE = `${'a'.repeat(200_000)}\nend\n`;
const SMALL_BATCHES = { configs: { 'max.message.bytes': '5000' } };

/** What the runtime itself does: topics it creates, offsets it keeps, clients as they are configured. */
export const RUNTIME: readonly Scenario[] = [
  {
    name: 'topics-created-by-groups',
    files: { 'in.txt': 'a\n' },
    connectors: {
      compacted: creating('compacted', {
        'topic.creation.groups': 'compacting,many',
        'topic.creation.compacting.include': '{T}-comp.*',
        'topic.creation.compacting.partitions': '1',
        'topic.creation.compacting.cleanup.policy': 'compact',
        'topic.creation.compacting.min.compaction.lag.ms': '60000',
        // A compacted topic takes no record without a key.
        ...chain(
          ['HoistField$Value', { field: 'line' }],
          ['ValueToKey', { fields: 'line' }],
          ['ExtractField$Key', { field: 'line' }],
        ),
        'topic.creation.many.include': '.*',
        'topic.creation.many.partitions': '9',
      }),
      many: creating('many', {
        'topic.creation.groups': 'compacting,many',
        'topic.creation.compacting.include': '{T}-comp.*',
        'topic.creation.compacting.partitions': '1',
        'topic.creation.many.include': 'other,{T}-m[a-z]+',
        'topic.creation.many.exclude': '.*more',
        'topic.creation.many.partitions': '4',
        'topic.creation.many.retention.ms': '123456789',
        'topic.creation.many.compression.type': 'zstd',
      }),
      default: creating('default', {
        'topic.creation.default.partitions': '3',
        'topic.creation.default.max.message.bytes': '777777',
        'topic.creation.groups': 'none',
        'topic.creation.none.include': '.*',
        'topic.creation.none.exclude': '{T}-def.*',
        'topic.creation.none.partitions': '8',
      }),
    },
    outcome: {
      topics: {
        compacted: { records: 1, described: true },
        many: { records: 1, described: true, newest: true },
        default: { records: 1, described: true, newest: true },
      },
    },
  },
  {
    name: 'topic-that-cannot-be-created',
    files: { 'in.txt': 'a\n' },
    connectors: {
      replicas: creating('replicas', { 'topic.creation.default.replication.factor': '7' }),
      setting: creating('setting', { 'topic.creation.default.cleanup.policy': 'nonsense' }),
    },
    outcome: { failed: ['replicas', 'setting'] },
  },
  {
    name: 'offsets-in-a-topic-of-ones-own',
    files: { 'in.txt': 'one\r\ntwo\nthree' },
    connectors: { source: source({ 'offsets.storage.topic': '{T}-offsets' }) },
    outcome: {
      topics: {
        out: { records: 2 },
        offsets: { records: '{"position":9}', newest: true, described: true },
      },
      offsets: ['{"position":9}'],
    },
  },
  {
    name: 'offsets-after-other-letters',
    files: { 'in.txt': 'ü\n漢\n' },
    connectors: { source: source({ 'offsets.storage.topic': '{T}-offsets' }) },
    outcome: { topics: { out: { records: 2 }, offsets: { records: 1, newest: true } } },
  },
  {
    name: 'compressed-by-override',
    files: { 'in.txt': COMPRESSIBLE },
    topics: { gzip: SMALL_BATCHES, zstd: SMALL_BATCHES },
    connectors: Object.fromEntries(
      ['gzip', 'zstd'].map((type) => [
        type,
        source({ topic: `{T}-${type}`, 'producer.override.compression.type': type }),
      ]),
    ),
    outcome: {
      topics: { gzip: { records: 2 }, zstd: { records: 2 } },
    },
  },
  {
    name: 'request-size-by-override',
    files: { 'in.txt': `small\n${'x'.repeat(3_000)}\n` },
    connectors: { source: source({ 'producer.override.max.request.size': '2000' }) },
    outcome: { failed: ['source'], topics: { out: { records: 1 } } },
  },
  {
    name: 'group-by-override',
    topics: { in: { partitions: 2, records: [record(0, 'a'), record(1, 'b', { partition: 1 })] } },
    connectors: { sink: sink({ 'consumer.override.group.id': '{T}-group' }) },
    outcome: { files: { 'out.txt': 2 }, committed: { '{T}-group': 2 }, linesAsSet: true },
  },
  {
    name: 'latest-by-override',
    topics: { in: { records: records(['early 1', 'early 2']) } },
    connectors: { sink: sink({ 'consumer.override.auto.offset.reset': 'latest' }) },
    // Nothing tells from outside when a sink has found the end of its topic.
    then: async ({ fill, write, waitFor, lines }) => {
      await waitFor('a probe to arrive', async () => {
        await write(fill('{T}-in'), records(['probe']));
        return lines('out.txt').length > 0;
      });
      await write(fill('{T}-in'), records(['end']));
      await waitFor('the end to arrive', () => lines('out.txt').includes('end'));
    },
    outcome: { files: { 'out.txt': 2 }, linesAsSet: true },
  },
  {
    name: 'isolation-by-override',
    topics: { in: { records: records(['a', 'b']) } },
    connectors: {
      sink: sink({
        'consumer.override.isolation.level': 'read_committed',
        'consumer.override.max.poll.records': '1',
      }),
    },
    outcome: { files: { 'out.txt': 2 }, committed: { 'connect-{T}-sink': 2 } },
  },
  {
    name: 'dead-letters-by-override',
    topics: {
      in: {
        records: [record(0, 'x'.repeat(50_000), { key: 'large' }), record(1, Buffer.from('00000001', 'hex'))],
      },
      dlq: SMALL_BATCHES,
    },
    connectors: {
      sink: sink({
        ...converter('value', 'integer'),
        'errors.tolerance': 'all',
        'errors.deadletterqueue.topic.name': '{T}-dlq',
        'errors.deadletterqueue.topic.replication.factor': '1',
        'producer.override.compression.type': 'gzip',
      }),
    },
    outcome: { files: { 'out.txt': 1 }, topics: { dlq: { records: 1, timestamps: true } } },
  },
];

/** A source whose topic is created by these settings, on top of one partition by default. */
function creating(
  topic: string,
  settings: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return source({
    topic: `{T}-${topic}`,
    'topic.creation.default.replication.factor': '1',
    'topic.creation.default.partitions': '1',
    ...settings,
  });
}
