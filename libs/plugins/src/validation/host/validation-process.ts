import { fork, type ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';
import { ValidationProcessError, ValidationTimeoutError } from '../../errors.ts';
import { errorOf } from './error-data.ts';
import type { FromProcess, ToProcess, ValidationInit, ValidationJob, ValidationResult } from './messages.ts';

export interface ProcessOptions {
  readonly entry: string;
  readonly execArgv: readonly string[];
  readonly init: ValidationInit;
  readonly timeoutMs: number;
  readonly logger: Logger;
}

interface Waiting {
  readonly resolve: (result: ValidationResult) => void;
  readonly reject: (error: Error) => void;
}

/** A process starts in a fraction of a second; one that takes so long will never be there. */
const START_LIMIT_MS = 60_000;

/** How much of what a process wrote is told when it died. */
const KEPT_OUTPUT = 500;

/** One process that runs plugins, for one job at a time. Once it hung, died or grew it is `spent`, and another takes its place. */
export class ValidationProcess {
  readonly #options: ProcessOptions;
  readonly #child: ChildProcess;
  readonly #ready: Promise<void>;
  #waiting: Waiting | null = null;
  #spent = false;
  #exit: string | null = null;
  #output = '';

  constructor(options: ProcessOptions) {
    this.#options = options;
    const { entry, execArgv, init } = options;
    this.#child = fork(entry, [], {
      execArgv: [...execArgv],
      // Structured clone: what a plugin's messages hold need not be JSON.
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#child.on('message', (message) => {
        const known = message as FromProcess;
        if (known.type === 'ready') {
          resolve();
        } else {
          this.#settle(known);
        }
      });
      this.#child.once('error', (error) => {
        this.#end(`could not be started: ${error.message}`, reject);
      });
      // `close` comes after all output has.
      this.#child.once('close', (code, signal) => {
        this.#end(signal === null ? `exited with code ${String(code)}` : `was ended by ${signal}`, reject);
      });
    });
    // Where nobody waits, the next job finds out.
    this.#ready.catch(() => undefined);
    this.#listen();
    this.#send({ type: 'init', init });
  }

  /** Whether it can be given another job. */
  get spent(): boolean {
    return this.#spent;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Runs a job; the time limit counts from when the process is ready. Ends the process when it is over. */
  async run(job: ValidationJob, stage: string): Promise<ValidationResult> {
    await this.#inTime(this.#ready, START_LIMIT_MS, 'Starting a process for it');
    return this.#inTime(
      new Promise<ValidationResult>((resolve, reject) => {
        if (this.#exit !== null) {
          reject(this.#died());
          return;
        }
        this.#waiting = { resolve, reject };
        this.#send({ type: 'job', job });
      }),
      this.#options.timeoutMs,
      stage,
    );
  }

  /** Ends it at once. */
  kill(): void {
    this.#spent = true;
    this.#child.kill('SIGKILL');
  }

  async #inTime<T>(result: Promise<T>, timeoutMs: number, stage: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.kill();
        reject(new ValidationTimeoutError(stage, timeoutMs));
      }, timeoutMs);
    });
    try {
      return await Promise.race([result, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #settle(message: Exclude<FromProcess, { readonly type: 'ready' }>): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    // What plugins leave behind adds up; a process that is half full is not used again.
    if (message.residentBytes > this.#options.init.maxResidentBytes / 2) {
      this.kill();
    }
    if (message.type === 'done') {
      waiting?.resolve(message.value);
    } else {
      waiting?.reject(errorOf(message.error));
    }
  }

  #end(reason: string, rejectReady: (error: Error) => void): void {
    this.#spent = true;
    this.#exit ??= reason;
    const error = this.#died();
    rejectReady(error);
    this.#waiting?.reject(error);
    this.#waiting = null;
  }

  #died(): ValidationProcessError {
    const output = this.#output.trim();
    const said = output === '' ? '' : `; the last it said: ${output}`;
    return new ValidationProcessError(`The process that ran the plugins ${this.#exit ?? 'is gone'}${said}`);
  }

  #send(message: ToProcess): void {
    if (this.#child.connected) {
      this.#child.send(message, (error) => {
        if (error !== null) {
          this.kill();
        }
      });
    }
  }

  #listen(): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
        this.#options.logger.debug(
          { pid: this.pid, output: text.trimEnd() },
          'A plugin wrote while it was asked',
        );
      });
    }
  }
}
