import { describe, expect, test } from 'vitest';
import { ConfigError } from '@millrace/connect-api';
import { autoRestartConfigDef, autoRestartSettings } from '../../src/index.ts';

const STANDARD = {
  enabled: false,
  backoffInitialMs: 10_000,
  backoffMaxMs: 600_000,
  maxAttempts: 10,
  resetAfterMs: 600_000,
};

describe('the settings of automatic restarts', () => {
  test('are off by default, with pauses from ten seconds to ten minutes and a limit', () => {
    expect(autoRestartSettings({})).toEqual(STANDARD);
  });

  test("of a connector come before its worker's, which come before the standard", () => {
    const worker = autoRestartSettings({ 'auto.restart.enabled': 'true', 'auto.restart.max.attempts': '3' });
    expect(autoRestartSettings({ 'auto.restart.max.attempts': '-1' }, worker)).toEqual({
      ...STANDARD,
      enabled: true,
      maxAttempts: -1,
    });
    expect(autoRestartConfigDef(worker).key('auto.restart.enabled')?.defaultValue).toBe(true);
  });

  test('ignore a null, which stands for nothing given', () => {
    expect(autoRestartSettings({ 'auto.restart.enabled': null })).toEqual(STANDARD);
  });

  test.each([
    ['auto.restart.enabled', 'perhaps', 'Expected value to be either true or false'],
    ['auto.restart.enabled', '${env:RESTART}', 'it may not be a reference; write the value itself'],
    ['auto.restart.backoff.initial.ms', '0', 'Value must be at least 1'],
    ['auto.restart.backoff.max.ms', '-1', 'Value must be at least 1'],
    ['auto.restart.max.attempts', '-2', 'Value must be at least -1'],
    ['auto.restart.max.attempts', 'many', 'Not a number of type INT'],
    ['auto.restart.reset.after.ms', '2147483648', 'Not a number of type INT'],
    ['auto.restart.reset.after.ms', '', 'Not a number of type INT'],
  ])('refuse %s=%s, naming the key', (key, value, reason) => {
    let refusal: unknown;
    try {
      autoRestartSettings({ [key]: value });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(ConfigError);
    expect((refusal as ConfigError).message).toBe(
      `Invalid value ${value} for configuration ${key}: ${reason}`,
    );
    expect((refusal as ConfigError).key).toBe(key);
  });
});
