import { createLogger } from '@millrace/launcher';
import { describe, expect, it } from 'vitest';
import { logLevelSetter } from '../src/log-levels.ts';

describe("A worker's log level", () => {
  it("is set under its own name and those of the JVM's loggers, in any case", () => {
    const logger = createLogger('test', 'silent');
    const set = logLevelSetter(logger);
    expect(set('root', 'fatal')).toEqual(['root']);
    expect(logger.level).toBe('fatal');
    expect(set('org.apache.kafka.connect', 'OFF')).toEqual(['org.apache.kafka.connect']);
    expect(logger.level).toBe('silent');
    expect(set('millrace', 'OFF')).toEqual([]);
  });

  it('is left alone by the names of others, and by levels that there are not', () => {
    const logger = createLogger('test', 'silent');
    const set = logLevelSetter(logger);
    expect(set('com.acme', 'DEBUG')).toEqual([]);
    expect(logger.level).toBe('silent');
    expect(() => set('root', 'LOUD')).toThrow('Invalid value LOUD for configuration level');
  });
});
