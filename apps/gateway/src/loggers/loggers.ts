import { BadRequestError, NotFoundError, type LoggerLevel, type LogLevelName } from '@millrace/rest';
import type { ConfigAccess } from '../stores/config-access.ts';
import { nobodyAnswered, requireSuccess, type WorkerAsker } from '../workers/worker-requests.ts';
import type { Workers } from '../workers/workers.ts';
import { levelNamed, type LogLevels } from './log-levels.ts';

const WORKER_LIMIT_MS = 10_000;

/** Log levels of this gateway, of one worker, or of the whole cluster (KIP-976). */
export class Loggers {
  readonly #levels: LogLevels;
  readonly #config: ConfigAccess;
  readonly #workers: Workers;
  readonly #asker: WorkerAsker;

  constructor(levels: LogLevels, config: ConfigAccess, workers: Workers, asker: WorkerAsker) {
    this.#levels = levels;
    this.#config = config;
    this.#workers = workers;
    this.#asker = asker;
  }

  list(): Readonly<Record<string, LoggerLevel>> {
    return this.#levels.list();
  }

  /** Throws NotFoundError for a logger that was never set. */
  get(name: string): LoggerLevel {
    const level = this.#levels.get(name);
    if (level === undefined) {
      throw new NotFoundError(`Logger ${name} not found.`);
    }
    return level;
  }

  /** This gateway's; the names of those that changed. Throws BadRequestError, NotFoundError. */
  setHere(name: string, level: string | null | undefined): readonly string[] {
    return this.#levels.set(name, requireLevel(level).parsed);
  }

  /** One worker's; what it answers. Throws NotFoundError, RequestTimedOutError when it does not answer. */
  async setAtWorker(worker: string, name: string, level: string | null | undefined): Promise<unknown> {
    const { given } = requireLevel(level);
    await this.#workers.requireKnown(worker);
    const answer = await this.#asker.ask({
      op: 'set-logger-level',
      to: `worker:${worker}`,
      args: { namespace: name, level: given },
      timeoutMs: WORKER_LIMIT_MS,
    });
    if (answer === null) {
      throw nobodyAnswered(`Setting a log level at worker ${worker}`, WORKER_LIMIT_MS);
    }
    return requireSuccess(answer).body;
  }

  /** Every worker's and gateway's, by the config topic; the level is written as it was given. */
  async setEverywhere(name: string, level: string | null | undefined): Promise<void> {
    const { given } = requireLevel(level);
    await this.#config.write({ kind: 'set-logger-level', namespace: name, level: given });
  }
}

function requireLevel(level: string | null | undefined): {
  readonly given: string;
  readonly parsed: LogLevelName;
} {
  if (level === undefined || level === null) {
    throw new BadRequestError("Desired 'level' parameter was not specified in request.");
  }
  const parsed = levelNamed(level);
  if (parsed === undefined) {
    throw new NotFoundError(`invalid log level '${level}'.`);
  }
  return { given: level, parsed };
}
