import { ConfigError } from '@millrace/connect-api';
import { describe, expect, it } from 'vitest';
import { connectorSettings } from '../../src/host/connector-settings.ts';

const settings = (props: Readonly<Record<string, string>>) =>
  connectorSettings({ 'connector.class': 'C', ...props });

describe("A connector's settings", () => {
  it('have the defaults of the JVM', () => {
    expect(settings({})).toMatchObject({
      connectorClass: 'C',
      pluginVersion: undefined,
      tasksMax: 1,
      tasksMaxEnforce: true,
      errors: {
        tolerance: 'none',
        retryTimeoutMs: 0,
        retryDelayMaxMs: 60_000,
        log: false,
        logMessages: false,
      },
      sinkTopicProps: {},
    });
  });

  it('name the key that is wrong', () => {
    expect(() => connectorSettings({})).toThrow('Connector config contains no connector type');
    expect(() => settings({ 'tasks.max': 'many' })).toThrow('Invalid value many for configuration tasks.max');
    expect(() => settings({ 'tasks.max': ' ' })).toThrow(ConfigError);
    expect(() => settings({ 'errors.tolerance': 'some' })).toThrow('errors.tolerance');
    expect(() => settings({ 'tasks.max.enforce': 'ja' })).toThrow(
      'Expected value to be either true or false',
    );
  });

  it('that cannot be honoured yet are refused, and their defaults are not', () => {
    for (const [key, value] of [
      ['errors.deadletterqueue.topic.name', 'dlq'],
      ['offsets.storage.topic', 'mine'],
      ['exactly.once.support', 'required'],
      ['transaction.boundary', 'interval'],
      ['topic.creation.default.partitions', '3'],
    ] as const) {
      expect(() => settings({ [key]: value })).toThrow(`for configuration ${key}`);
    }
    settings({
      'errors.deadletterqueue.topic.name': '',
      'exactly.once.support': 'REQUESTED',
      'transaction.boundary': 'poll',
      'topic.creation.groups': '',
    });
  });

  it('say what a sink reads', () => {
    expect(settings({ topics: ' a , b,' }).subscription()).toEqual({ topics: ['a', 'b'] });
    const { pattern } = settings({ 'topics.regex': 'a|b\\d+' }).subscription() as { pattern: RegExp };
    expect(['a', 'b7', 'ab7', 'b'].map((topic) => pattern.test(topic))).toEqual([true, true, false, false]);
    expect(() => settings({}).subscription()).toThrow('Must configure one of topics or topics.regex');
    expect(() => settings({ topics: 'a', 'topics.regex': 'b' }).subscription()).toThrow('mutually exclusive');
    expect(settings({ topics: 'a' }).sinkTopicProps).toEqual({ topics: 'a' });
  });
});
