import { uniqueName } from '@millrace/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { TopicCheckError } from '../../src/index.ts';
import { setUpTopic, type TopicAdmin } from '../../src/log/topic-setup.ts';
import { LogLines } from '../log-lines.ts';
import { kafkaTopics, topicSettings } from '../topics.ts';

const kafka = await kafkaTopics();
const { admin } = kafka;
afterAll(() => kafka.close());

describe('an internal topic', () => {
  it('is created compacted, with the settings given and no other cleanup policy', async () => {
    const settings = topicSettings(uniqueName('setup'), 5);
    const { logger } = new LogLines();
    const topicConfigs = { 'cleanup.policy': 'delete', 'segment.bytes': '1048576' };
    await setUpTopic(admin, { ...settings, topicConfigs }, logger);
    expect(await admin.describeTopics([settings.topic])).toEqual([{ topic: settings.topic, partitions: 5 }]);
    const configs = await admin.topicConfigs(settings.topic);
    expect(configs?.get('cleanup.policy')).toBe('compact');
    expect(configs?.get('segment.bytes')).toBe('1048576');
  });

  it('has one partition where its order is its meaning, and the broker defaults where those are asked for', async () => {
    const { logger } = new LogLines();
    const config = { ...topicSettings(uniqueName('setup'), 7), onePartition: true };
    await setUpTopic(admin, config, logger);
    const status = { ...topicSettings(uniqueName('setup'), -1), replicationFactor: -1 };
    await setUpTopic(admin, status, logger);
    const descriptions = await admin.describeTopics([config.topic, status.topic]);
    expect(descriptions.find(({ topic }) => topic === config.topic)?.partitions).toBe(1);
    expect(descriptions.find(({ topic }) => topic === status.topic)?.partitions).toBeGreaterThan(0);
  });

  it('is created once by many that start together', async () => {
    const settings = topicSettings(uniqueName('setup'), 3);
    const { logger } = new LogLines();
    await Promise.all(Array.from({ length: 6 }, () => setUpTopic(admin, settings, logger)));
    expect(await admin.describeTopics([settings.topic])).toHaveLength(1);
  });

  it.each(['delete', 'compact,delete'])(
    'that has cleanup.policy=%s is refused, saying how to mend it',
    async (policy) => {
      const settings = topicSettings(uniqueName('setup'), 1);
      await admin.createTopic({
        topic: settings.topic,
        partitions: 1,
        replicationFactor: 1,
        configs: { 'cleanup.policy': policy },
      });
      const refused = setUpTopic(admin, settings, new LogLines().logger);
      await expect(refused).rejects.toThrow(TopicCheckError);
      await expect(refused).rejects.toThrow(
        `--entity-name ${settings.topic} --add-config cleanup.policy=compact`,
      );
      await admin.incrementalAlterTopicConfigs(settings.topic, { 'cleanup.policy': 'compact' });
      await setUpTopic(admin, settings, new LogLines().logger);
    },
  );

  it('for configurations with several partitions is refused', async () => {
    const settings = topicSettings(uniqueName('setup'), 1);
    await admin.createTopic({
      topic: settings.topic,
      partitions: 2,
      replicationFactor: 1,
      configs: { 'cleanup.policy': 'compact' },
    });
    const refused = setUpTopic(admin, settings, new LogLines().logger);
    await expect(refused).rejects.toThrow(
      /'config\.storage\.topic' property is required to have a single partition/,
    );
  });

  it('that asks for more replicas than there are brokers is refused, naming the setting', async () => {
    const settings = { ...topicSettings(uniqueName('setup'), 1), replicationFactor: 3 };
    const refused = setUpTopic(admin, settings, new LogLines().logger);
    await expect(refused).rejects.toThrow(TopicCheckError);
    await expect(refused).rejects.toThrow("Set 'config.storage.replication.factor' to no more than");
  });

  it('whose settings the broker does not take is refused, naming their prefix', async () => {
    const settings = { ...topicSettings(uniqueName('setup'), 1), topicConfigs: { 'segment.bytes': 'many' } };
    const refused = setUpTopic(admin, settings, new LogLines().logger);
    await expect(refused).rejects.toThrow("'config.storage.*'");
  });

  it('whose settings may not be read is used, with a warning', async () => {
    const settings = topicSettings(uniqueName('setup'), 1);
    const log = new LogLines();
    const blind: TopicAdmin = {
      createTopic: () => Promise.resolve(false),
      describeTopics: () => Promise.resolve([{ topic: settings.topic, partitions: 1 }]),
      topicConfigs: () => Promise.resolve(null),
    };
    await setUpTopic(blind, settings, log.logger);
    const warning = 'The cleanup policy of an internal topic cannot be read; it must be compact';
    expect(log.of(warning)).toHaveLength(1);
  });
});
