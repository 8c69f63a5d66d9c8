import type { ConfigKeyInfo, Props } from '@millrace/connect-api';
import type { Logger } from 'pino';
import { ValidationProcessError, ValidationTimeoutError } from '../../errors.ts';
import type { ConfigInfos } from '../config-infos.ts';
import type { ValidationJob, ValidationResult } from './messages.ts';
import { ValidationProcess } from './validation-process.ts';

export interface ValidationHostOptions {
  /** The script of the processes, which calls `runValidationHost`. */
  readonly entry: string;
  /** Node's flags for them; those of this process when left out. */
  readonly execArgv?: readonly string[];
  readonly pluginPath: readonly string[];
  /** The worker's properties (`WorkerConfig.originals`). */
  readonly workerProps: Readonly<Record<string, string>>;
  /** Where relative paths in references start (`WorkerConfig.baseDir`). */
  readonly baseDir: string;
  /** `config.validation.timeout.ms` */
  readonly timeoutMs: number;
  readonly logger: Logger;
  /** Most processes at a time; 4 when left out. */
  readonly maxProcesses?: number;
  /** Most memory of each, in megabytes; 256 when left out. */
  readonly maxMemoryMb?: number;
  /** A process that has had nothing to do for so long is ended; a minute when left out. */
  readonly idleMs?: number;
}

/** What Node takes before a plugin has any memory, in megabytes. */
const BASE_MEMORY_MB = 128;
const MB = 1024 * 1024;

interface QueuedJob {
  readonly job: ValidationJob;
  readonly stage: string;
  readonly resolve: (result: ValidationResult) => void;
  readonly reject: (error: unknown) => void;
  readonly expiry: NodeJS.Timeout;
}

interface Slot {
  readonly process: ValidationProcess;
  busy: boolean;
  idleTimer: NodeJS.Timeout | undefined;
}

/**
 * Runs plugins for validations in processes of their own (design invariant 7): one that hangs, crashes or eats memory costs its own answer and nothing
 * else. Processes are started when they are needed, used again while they are well, and ended when they are idle.
 */
export class ValidationHost {
  readonly #options: ValidationHostOptions;
  readonly #slots = new Set<Slot>();
  readonly #queue: QueuedJob[] = [];
  #closed = false;

  constructor(options: ValidationHostOptions) {
    this.#options = options;
  }

  /**
   * Checks a connector's configuration (`validateConnector`), references in it unresolved. Throws what that throws, ValidationTimeoutError, and
   * ValidationProcessError when a plugin took the process down.
   */
  async validate(props: Props): Promise<ConfigInfos> {
    return (await this.#run({ op: 'validate', props }, 'Checking the configuration')) as ConfigInfos;
  }

  /** The settings of a plugin (`pluginConfig`). Throws as {@link validate} does. */
  async pluginConfig(name: string, version: string | null = null): Promise<readonly ConfigKeyInfo[]> {
    const job = { op: 'plugin-config', name, version } as const;
    return (await this.#run(job, `Asking plugin ${name} for its settings`)) as readonly ConfigKeyInfo[];
  }

  /** Ends all processes; what is under way fails. */
  close(): void {
    this.#closed = true;
    for (const queued of this.#queue.splice(0)) {
      clearTimeout(queued.expiry);
      queued.reject(closedError());
    }
    for (const slot of this.#slots) {
      this.#retire(slot);
    }
  }

  #run(job: ValidationJob, stage: string): Promise<ValidationResult> {
    if (this.#closed) {
      return Promise.reject(closedError());
    }
    // Those before it may take their whole time.
    const longest = 2 * this.#options.timeoutMs;
    return new Promise((resolve, reject) => {
      const expiry = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(queued), 1);
        reject(new ValidationTimeoutError('Waiting for the validations before it', longest));
      }, longest);
      const queued: QueuedJob = { job, stage, resolve, reject, expiry };
      this.#queue.push(queued);
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const slot = this.#freeSlot();
      const queued = slot === null ? undefined : this.#queue.shift();
      if (slot === null || queued === undefined) {
        return;
      }
      clearTimeout(queued.expiry);
      void this.#work(slot, queued);
    }
  }

  #freeSlot(): Slot | null {
    for (const slot of this.#slots) {
      if (!slot.busy && slot.process.spent) {
        this.#retire(slot);
      }
    }
    const idle = [...this.#slots].find(({ busy, process }) => !busy && !process.spent);
    if (idle !== undefined) {
      return idle;
    }
    return this.#slots.size < (this.#options.maxProcesses ?? 4) ? this.#startSlot() : null;
  }

  #startSlot(): Slot {
    const {
      entry,
      execArgv,
      pluginPath,
      workerProps,
      baseDir,
      timeoutMs,
      logger,
      maxMemoryMb = 256,
    } = this.#options;
    const slot: Slot = {
      process: new ValidationProcess({
        entry,
        execArgv: [...(execArgv ?? process.execArgv), `--max-old-space-size=${maxMemoryMb}`],
        init: {
          pluginPath,
          workerProps,
          baseDir,
          maxResidentBytes: (maxMemoryMb + BASE_MEMORY_MB) * MB,
          parent: process.pid,
        },
        timeoutMs,
        logger,
      }),
      busy: false,
      idleTimer: undefined,
    };
    this.#slots.add(slot);
    return slot;
  }

  async #work(slot: Slot, { job, stage, resolve, reject }: QueuedJob): Promise<void> {
    slot.busy = true;
    clearTimeout(slot.idleTimer);
    try {
      resolve(await slot.process.run(job, stage));
    } catch (error) {
      reject(error);
    }
    slot.busy = false;
    if (slot.process.spent || this.#closed) {
      this.#retire(slot);
    } else {
      slot.idleTimer = setTimeout(() => this.#retire(slot), this.#options.idleMs ?? 60_000);
      slot.idleTimer.unref();
    }
    this.#dispatch();
  }

  #retire(slot: Slot): void {
    clearTimeout(slot.idleTimer);
    this.#slots.delete(slot);
    slot.process.kill();
  }
}

function closedError(): ValidationProcessError {
  return new ValidationProcessError('Validations are not possible any more, since the process is stopping');
}
