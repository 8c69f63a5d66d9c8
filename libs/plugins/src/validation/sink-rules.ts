import { javaRegExp, type Props } from '@millrace/connect-api';
import type { CheckedValues } from './checked-values.ts';

const GROUP_OVERRIDE = 'consumer.override.group.id';

/** What the keys of a sink have to do with each other, and with the group of the workers. */
export function checkSink(values: CheckedValues, props: Props, workerGroup: string): void {
  checkTopics(values, props);
  checkDeadLetterTopic(values, props);
  checkGroup(values, props, workerGroup);
}

/** Whether failed records go to a dead letter queue. */
export function hasDeadLetterTopic(props: Props): boolean {
  return deadLetterTopic(props) !== '';
}

function deadLetterTopic(props: Props): string {
  return (props['errors.deadletterqueue.topic.name'] ?? '').trim();
}

function given(props: Props, key: string): string {
  return (props[key] ?? '').trim();
}

function checkTopics(values: CheckedValues, props: Props): void {
  const both = ['topics', 'topics.regex'].filter((key) => given(props, key) !== '').length;
  if (both === 1) {
    return;
  }
  const message =
    both === 2
      ? 'topics and topics.regex are mutually exclusive options, but both are set.'
      : 'Must configure one of topics or topics.regex';
  for (const key of ['topics', 'topics.regex']) {
    values.addError(key, message, props[key] ?? null);
  }
}

function checkDeadLetterTopic(values: CheckedValues, props: Props): void {
  const topic = deadLetterTopic(props);
  if (topic === '') {
    return;
  }
  const topics = given(props, 'topics').split(/\s*,\s*/);
  if (topics.includes(topic)) {
    values.addError(
      'topics',
      `The DLQ topic '${topic}' may not be included in the list of topics ('topics=[${topics.join(', ')}]') consumed by the connector`,
    );
  }
  const regex = given(props, 'topics.regex');
  if (regex !== '' && values.isValid('topics.regex') && javaRegExp(regex, 'matches').test(topic)) {
    values.addError(
      'topics.regex',
      `The DLQ topic '${topic}' may not be matched by the regex for the topics ('topics.regex=${regex}') consumed by the connector`,
    );
  }
}

function checkGroup(values: CheckedValues, props: Props, workerGroup: string): void {
  const override = props[GROUP_OVERRIDE];
  if (override !== undefined) {
    if (override === workerGroup) {
      values.addError(
        GROUP_OVERRIDE,
        `Consumer group ${override} conflicts with Connect worker group ${workerGroup}`,
        override,
      );
    }
    return;
  }
  const name = values.get('name')?.value;
  if (typeof name === 'string' && workerGroup === `connect-${name}`) {
    values.addError(
      'name',
      `Consumer group for sink connector named ${name} conflicts with Connect worker group ${workerGroup}`,
    );
  }
}
