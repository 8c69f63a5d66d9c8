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
      ['exactly.once.support', 'required'],
      ['transaction.boundary', 'interval'],
    ] as const) {
      expect(() => settings({ [key]: value })).toThrow(`for configuration ${key}`);
    }
    settings({ 'exactly.once.support': 'REQUESTED', 'transaction.boundary': 'poll' });
  });

  it('say where records go that cannot be processed', () => {
    expect(settings({ 'errors.deadletterqueue.topic.name': '' }).deadLetters).toBeNull();
    const set = {
      topics: 'a,b',
      'errors.deadletterqueue.topic.name': 'dead',
      'errors.deadletterqueue.topic.replication.factor': '1',
      'errors.deadletterqueue.context.headers.enable': 'true',
    };
    const deadLetters = { topic: 'dead', replicationFactor: 1, contextHeaders: true };
    expect(settings(set).deadLetters).toEqual(deadLetters);
    expect(() => settings({ ...set, topics: 'a,dead' })).toThrow(
      'Invalid value dead for configuration errors.deadletterqueue.topic.name',
    );
  });

  it('say where the offsets of a source are', () => {
    expect(settings({}).offsetsTopic).toBeNull();
    expect(settings({ 'offsets.storage.topic': 'mine' }).offsetsTopic).toBe('mine');
    expect(settings({ 'offsets.storage.topic': ' mine ' }).offsetsTopic).toBe('mine');
    expect(() => settings({ 'offsets.storage.topic': ' ' })).toThrow('String must be non-empty');
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
