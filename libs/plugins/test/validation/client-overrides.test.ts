import { describe, expect, it } from 'vitest';
import { clientsOf, overridePolicy, requireAllowedOverrides } from '../../src/index.ts';

const policy = (name: string, allowlist = '') =>
  overridePolicy({
    'connector.client.config.override.policy': name,
    'connector.client.config.override.allowlist': allowlist,
  });
const OVERRIDES = { 'producer.override.linger.ms': '5', 'consumer.override.client.id': 'mine' };

describe('Overrides of client settings that got past validation', () => {
  it('are refused where the policy of the worker does not allow them', () => {
    expect(() => {
      requireAllowedOverrides(['producer'], OVERRIDES, policy('None'));
    }).toThrow(
      "the 'None' policy of this worker (connector.client.config.override.policy) does not allow producer.override.linger.ms",
    );
    expect(() => {
      requireAllowedOverrides(['producer'], OVERRIDES, policy('Allowlist', 'acks'));
    }).toThrow('does not allow producer.override.linger.ms');
  });

  it('are taken where it does, and where they are of clients that the connector does not have', () => {
    requireAllowedOverrides(['producer', 'consumer'], OVERRIDES, policy('All'));
    requireAllowedOverrides(['producer'], OVERRIDES, policy('Allowlist', 'acks, linger.ms'));
    requireAllowedOverrides(['admin'], OVERRIDES, policy('None'));
  });
});

describe('The clients of a connector', () => {
  it('are those that its configuration calls for', () => {
    expect(clientsOf('sink', {}, false)).toEqual(['consumer']);
    expect(clientsOf('source', {}, false)).toEqual(['producer']);
    const dead = { 'errors.deadletterqueue.topic.name': 'dead' };
    expect(clientsOf('sink', dead, false)).toEqual(['producer', 'consumer', 'admin']);
    expect(clientsOf('source', dead, false)).toEqual(['producer', 'admin']);
    expect(clientsOf('source', { 'offsets.storage.topic': 'o' }, false)).toEqual([
      'producer',
      'consumer',
      'admin',
    ]);
  });
});
