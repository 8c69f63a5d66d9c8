import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

/** A process's logger: one line of JSON per event, readable text on a terminal. `level` as in `log.level`. */
export function createLogger(name: string, level: string): Logger {
  const options = { name, level };
  if (!process.stdout.isTTY) {
    return pino(options);
  }
  return pino(
    options,
    pretty({ colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', sync: true }),
  );
}
