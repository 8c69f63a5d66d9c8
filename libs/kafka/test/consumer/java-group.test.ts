import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TestProcess, uniqueName, waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { atEnd, record, testClient, testTopic, write } from '../cluster.ts';
import { Member } from './group-member.ts';

const FETCH_JARS = fileURLToPath(new URL('../../../../infra/kafka/fetch-jars.sh', import.meta.url));
const STRATEGY = 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor';

/** The console consumer of Kafka's own tools, as a member of the group. */
function javaConsumer(groupId: string, topic: string): TestProcess {
  const jars = execFileSync('bash', [FETCH_JARS], { encoding: 'utf8' }).trim();
  const properties = {
    'group.id': groupId,
    'partition.assignment.strategy': STRATEGY,
    'auto.offset.reset': 'earliest',
    'heartbeat.interval.ms': '200',
  };
  const consumer = new TestProcess({
    command: 'java',
    args: [
      '-XX:TieredStopAtLevel=1',
      '-cp',
      `${jars}/*`,
      'org.apache.kafka.tools.consumer.ConsoleConsumer',
      '--bootstrap-server',
      process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '',
      '--topic',
      topic,
      ...Object.entries(properties).flatMap(([key, value]) => ['--command-property', `${key}=${value}`]),
    ],
  });
  atEnd(() => consumer.stop());
  return consumer;
}

describe('a group with Java consumers', () => {
  it('is shared fairly, whoever leads it', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 4 });
    const groupId = uniqueName('group');
    const first = new Member({ groupId, to: { topics: [topic] } }).run();
    await waitFor('all partitions', () => first.owned.length === 4);

    const java = javaConsumer(groupId, topic);
    await waitFor('half of them given up', () => first.owned.length === 2, { seen: () => java.output });
    const theirs = [0, 1, 2, 3].filter((partition) => !first.owned.includes(partition));
    await write(
      client,
      [0, 1, 2, 3].map((partition) => record(topic, `value-${partition}`, { partition })),
    );
    await java.waitForOutput(
      new RegExp(
        `value-${theirs[0] ?? ''}[^]*value-${theirs[1] ?? ''}|value-${theirs[1] ?? ''}[^]*value-${theirs[0] ?? ''}`,
      ),
    );
    await waitFor('our values', () => first.values.length === 2);
    expect(first.told).toEqual(['assigned 0,1,2,3', `revoked ${theirs.join(',')}`]);

    // The one that led leaves: Java assigns now.
    await first.stop();
    await first.consumer.close();
    const second = new Member({ groupId, to: { topics: [topic] } }).run();
    await waitFor('half of them', () => second.owned.length === 2, {
      seen: () => [second.told, java.output],
    });
  });
});
