import { pino, type Level, type Logger } from 'pino';
import pretty from 'pino-pretty';

/** Loggers made from each logger of {@link createLogger}: pino's children keep the level they were born with. */
const descendants = new WeakMap<Logger, Set<WeakRef<Logger>>>();

/** A process's logger: one line of JSON per event, readable text on a terminal. `level` as in `log.level`. */
export function createLogger(name: string, level: string): Logger {
  const children = new Set<WeakRef<Logger>>();
  const options = {
    name,
    level,
    onChild: (child: Logger): void => {
      children.add(new WeakRef(child));
    },
  };
  const logger = process.stdout.isTTY ? pino(options, readable()) : pino(options);
  descendants.set(logger, children);
  return logger;
}

/** Sets the level of a logger that {@link createLogger} made, and of all that were made from it. */
export function setLogLevel(logger: Logger, level: Level | 'silent'): void {
  logger.level = level;
  const children = descendants.get(logger) ?? new Set();
  for (const reference of children) {
    const child = reference.deref();
    if (child === undefined) {
      children.delete(reference);
    } else {
      child.level = level;
    }
  }
}

function readable(): NodeJS.WritableStream {
  return pretty({
    colorize: true,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss.l',
    sync: true,
  });
}
