import type { LoggerLevel, LogLevelName } from '@millrace/rest';
import type { Level, Logger } from 'pino';

const ROOT = 'root';

interface Entry {
  readonly level: LogLevelName;
  readonly lastModified: number | null;
}

type PinoLevel = Level | 'silent';

const PINO_LEVELS: Readonly<Record<LogLevelName, PinoLevel>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
  FATAL: 'fatal',
  OFF: 'silent',
};

/** The level of that name, in any case; undefined when there is none. */
export function levelNamed(text: string): LogLevelName | undefined {
  const upper = text.toUpperCase();
  return upper in PINO_LEVELS ? (upper as LogLevelName) : undefined;
}

export interface LogLevelsOptions {
  readonly setRoot?: (level: PinoLevel) => void;
  readonly now?: () => number;
}

/**
 * Levels of the loggers of this process, by name and inherited by prefix, as Kafka Connect's admin calls see them: only what was
 * set is listed, an unknown name is a new logger (spec/rest.md section 2).
 */
export class LogLevels {
  readonly #entries = new Map<string, Entry>();
  readonly #loggers = new Map<string, Logger>();
  readonly #root: Logger;
  readonly #setRoot: (level: PinoLevel) => void;
  readonly #now: () => number;

  /** `setRoot` sets the level of the root, and of whatever else stands for it. */
  constructor(root: Logger, options: LogLevelsOptions = {}) {
    this.#root = root;
    this.#setRoot =
      options.setRoot ??
      ((level) => {
        root.level = level;
      });
    this.#now = options.now ?? Date.now;
    this.#entries.set(ROOT, { level: fromPino(root.level), lastModified: null });
  }

  /** A logger whose level can be set by that name or a prefix of it. */
  logger(name: string): Logger {
    const logger = this.#loggers.get(name) ?? this.#root.child({ logger: name });
    logger.level = PINO_LEVELS[this.#effective(name)];
    this.#loggers.set(name, logger);
    return logger;
  }

  /** Those that were set, with the root once any was, sorted by name. */
  list(): Readonly<Record<string, LoggerLevel>> {
    return this.#entries.size === 1
      ? {}
      : Object.fromEntries(
          [...this.#entries]
            .filter(([, { level }]) => level !== 'OFF')
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, entry]) => [name, shown(entry)]),
        );
  }

  get(name: string): LoggerLevel | undefined {
    const entry = this.#entries.get(name);
    return entry === undefined ? undefined : shown(entry);
  }

  /** Sets a logger and those below it that were set; the names of those whose level changed, sorted. */
  set(name: string, level: LogLevelName): readonly string[] {
    const concerned = [...this.#entries.keys()].filter((other) => isBelow(other, name));
    const changed: string[] = [];
    for (const logger of new Set([name, ...concerned])) {
      const before = this.#effective(logger);
      if (before !== level) {
        changed.push(logger);
      }
      const lastModified = before === level ? (this.#entries.get(logger)?.lastModified ?? null) : this.#now();
      this.#entries.set(logger, { level, lastModified });
    }
    this.#apply();
    return changed.sort();
  }

  #apply(): void {
    const root = PINO_LEVELS[this.#effective(ROOT)];
    if (this.#root.level !== root) {
      this.#setRoot(root);
    }
    for (const [name, logger] of this.#loggers) {
      logger.level = PINO_LEVELS[this.#effective(name)];
    }
  }

  #effective(name: string): LogLevelName {
    const own = this.#entries.get(name);
    if (own !== undefined) {
      return own.level;
    }
    const dot = name.lastIndexOf('.');
    return this.#effective(dot < 0 ? ROOT : name.slice(0, dot));
  }
}

function isBelow(name: string, ancestor: string): boolean {
  return ancestor === ROOT || name === ancestor || name.startsWith(`${ancestor}.`);
}

function shown({ level, lastModified }: Entry): LoggerLevel {
  return { level, last_modified: lastModified };
}

function fromPino(level: string): LogLevelName {
  const found = Object.entries(PINO_LEVELS).find(([, name]) => name === level);
  return (found?.[0] ?? 'INFO') as LogLevelName;
}
