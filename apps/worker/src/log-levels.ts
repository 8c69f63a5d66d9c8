import { setLogLevel } from '@millrace/launcher';
import { ConfigError } from '@millrace/connect-api';
import type { Level, Logger } from 'pino';

const LEVELS: Readonly<Record<string, Level | 'silent'>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
  FATAL: 'fatal',
  OFF: 'silent',
};

/** Names that mean the worker's one logger: its own, and those of what it stands for in the JVM. */
const OURS = /^(?:root|millrace(?:\..*)?|org\.apache\.kafka(?:\.connect(?:\.runtime(?:\..*)?)?)?)$/;

/**
 * Sets the level of the worker's logger where a name means it; the names of loggers that changed. Throws ConfigError for a level
 * that there is not.
 */
export function logLevelSetter(logger: Logger): (namespace: string, level: string) => readonly string[] {
  return (namespace, name) => {
    const level = LEVELS[name.toUpperCase()];
    if (level === undefined) {
      throw ConfigError.invalidValue('level', name, `one of ${Object.keys(LEVELS).join(', ')}`);
    }
    if (!OURS.test(namespace) || logger.level === level) {
      return [];
    }
    setLogLevel(logger, level);
    logger.info({ namespace, level }, 'Log level set');
    return [namespace];
  };
}
