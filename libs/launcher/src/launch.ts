import { flushCompileCache } from 'node:module';
import {
  readPropertiesFile,
  workerConfig,
  type PropertiesFile,
  type Role,
  type WorkerConfig,
} from '@millrace/config';
import type { Logger } from 'pino';
import { createLogger } from './create-logger.ts';
import { startFailure } from './start-failure.ts';

/** What an app is started with. */
export interface StartOptions {
  readonly config: WorkerConfig;
  readonly file: PropertiesFile;
  readonly logger: Logger;
}

/** An app that runs. */
export interface Started {
  /** What to print when it is ready, e.g. `Gateway on http://:8083`. */
  readonly ready: string;
  /** Ends it cleanly; called once. */
  stop(): Promise<void>;
  /** Settles when it ends by itself; a rejection is printed like a failed start. */
  readonly finished?: Promise<void>;
}

/** A clean stop that takes longer is given up: whoever sent the signal would kill the process soon after. */
const STOP_LIMIT_MS = 60_000;

/**
 * The `main` of every app: reads the properties file that the first argument names, starts the app, ends it cleanly on SIGTERM and SIGINT
 * (at once on the second one). What went wrong is told in one line on standard error, with exit code 1.
 */
export function launch(name: string, role: Role, start: (options: StartOptions) => Promise<Started>): void {
  void run(name, role, start).then(
    (code) => {
      end(code);
    },
    (error: unknown) => {
      process.stderr.write(`${name}: ${startFailure(error)}\n`);
      end(1);
    },
  );
}

async function run(
  name: string,
  role: Role,
  start: (options: StartOptions) => Promise<Started>,
): Promise<number> {
  const [path, ...others] = process.argv.slice(2);
  if (path === undefined || others.length > 0) {
    process.stderr.write(`Usage: ${name} path/to/file.properties\n`);
    return 1;
  }
  const signals = new Signals();
  const file = readPropertiesFile(path);
  const warnings: string[] = [];
  const config = workerConfig(file, role, (message) => warnings.push(message));
  const logger = createLogger(name, config.logLevel);
  for (const warning of warnings) {
    logger.warn(warning);
  }
  const started = await Promise.race([start({ config, file, logger }), signals.first]);
  if (typeof started === 'string') {
    logger.info({ signal: started }, 'Stopped while starting');
    return 0;
  }
  logger.info(started.ready);
  // A process that is killed later leaves its compiled code for the next one all the same.
  flushCompileCache();
  const signal = await Promise.race([signals.first, started.finished ?? new Promise<never>(() => undefined)]);
  if (signal === undefined) {
    logger.info('Finished');
    return 0;
  }
  logger.info({ signal }, 'Stopping');
  await stopInTime(started);
  logger.info('Stopped');
  return 0;
}

async function stopInTime(started: Started): Promise<void> {
  const timer = setTimeout(() => {
    process.stderr.write(`Not stopped within ${STOP_LIMIT_MS} ms; giving up\n`);
    end(1);
  }, STOP_LIMIT_MS);
  await started.stop();
  clearTimeout(timer);
}

/** SIGTERM and SIGINT: the first is waited for, the second ends the process. */
class Signals {
  readonly first: Promise<NodeJS.Signals>;

  constructor() {
    this.first = new Promise((resolve) => {
      let seen = false;
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.on(signal, () => {
          if (seen) {
            end(1);
          }
          seen = true;
          resolve(signal);
        });
      }
    });
  }
}

function end(code: number): void {
  flushCompileCache();
  process.exit(code);
}
