import { KafkaError, type NewTopic } from '@millrace/kafka';
import { describe, expect, it } from 'vitest';
import { TopicCreation } from '../../src/topics/topic-creation.ts';
import { TopicCreator } from '../../src/topics/topic-creator.ts';
import { silent } from '../task/parts.ts';

const creation =
  TopicCreation.of({
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
  }) ?? expect.fail('no settings');

/** A cluster with some topics; the errors are thrown by the next creations, one each. */
function clusterOf(existing: readonly string[], errors: Error[] = []) {
  const created: string[] = [];
  const looked: string[] = [];
  const creator = new TopicCreator({
    creation,
    admin: {
      describeTopics: ([topic = '']) => {
        looked.push(topic);
        return Promise.resolve(existing.includes(topic) ? [{ topic, partitions: 1 }] : []);
      },
      createTopic: ({ topic }: NewTopic) => {
        const error = errors.shift();
        if (error !== undefined) {
          return Promise.reject(error);
        }
        created.push(topic);
        return Promise.resolve(true);
      },
    },
    check: () => undefined,
    logger: silent,
  });
  return { creator, created, looked };
}

describe('A source task that creates its topics', () => {
  it('creates those that are missing, and looks each up once', async () => {
    const { creator, created, looked } = clusterOf(['a']);
    await creator.ensure(['a', 'b']);
    await creator.ensure(['a', 'b', 'c']);
    expect(created).toEqual(['b', 'c']);
    expect(looked).toEqual(['a', 'b', 'c']);
  });

  it('tries again what may pass', async () => {
    const { creator, created } = clusterOf([], [new KafkaError('no controller', { retriable: true })]);
    await creator.ensure(['a']);
    expect(created).toEqual(['a']);
  });

  it('fails with what to do about what does not pass', async () => {
    const { creator } = clusterOf([], [new KafkaError('not authorised', { retriable: false })]);
    await expect(creator.ensure(['a'])).rejects.toThrow(/Task failed to create new topic a.*authorized/);
  });

  it('stops trying when the task has ended', async () => {
    const { creator } = clusterOf([], [new KafkaError('no controller', { retriable: true })]);
    const ensured = creator.ensure(['a']);
    creator.close();
    await expect(ensured).rejects.toThrow('stopped before topic a was created');
  });
});
