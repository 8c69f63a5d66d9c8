import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ProcessSpec {
  /** What people call it, e.g. `worker 1`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** File that gets its output. */
  readonly log: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Name of the broker's process, which is stopped after all others. */
export const BROKER = 'Kafka';

const REAPER = fileURLToPath(new URL('reaper.sh', import.meta.url));
/** What is not known to the reaper yet must not outlive this process either: it begins when it is told to, or ends. */
const WAIT_FOR_WORD = 'read -r word && exec "$0" "$@"';

const STOP_LIMIT_MS = 20_000;
const SHOWN_LINES = 15;

/** A process ended that was to go on; the message holds its last output. */
export class EndedError extends Error {}

/** A process that was started, with a process group of its own for what it starts itself. */
export class StartedProcess {
  readonly name: string;
  readonly log: string;
  readonly pid: number;
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  #ended = false;
  #killed = false;

  constructor(spec: ProcessSpec, onEnd: (pid: number) => void) {
    const log = openSync(spec.log, 'a');
    this.name = spec.name;
    this.log = spec.log;
    // Standard input stays open for as long as this process lives: a broker that is tied to it ends then.
    this.#child = spawn('bash', ['-c', WAIT_FOR_WORD, spec.command, ...spec.args], {
      detached: true,
      stdio: ['pipe', log, log],
      env: { ...process.env, ...spec.env },
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    });
    closeSync(log);
    // Writing to one that has ended just now fails; its exit tells all there is to tell.
    this.#child.stdin?.on('error', () => undefined);
    this.pid = this.#child.pid ?? -1;
    this.exited = new Promise((resolve) => {
      const end = (code: number | null): void => {
        this.#ended = true;
        onEnd(this.pid);
        resolve(code);
      };
      this.#child.once('exit', end);
      this.#child.once('error', () => {
        end(null);
      });
    });
  }

  /** Whether a signal was sent to it: its end is no surprise. */
  get killed(): boolean {
    return this.#killed;
  }

  get running(): boolean {
    return !this.#ended;
  }

  /** Lets it begin. */
  release(): void {
    this.#child.stdin?.write('go\n');
  }

  /** Throws EndedError when it has ended. */
  requireRunning(): void {
    if (this.#ended) {
      throw new EndedError(`${this.name} has ended. Its last words (${this.log}):\n${this.lastWords()}`);
    }
  }

  lastWords(): string {
    return readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#killed = true;
    this.#child.kill(signal);
  }

  /** SIGTERM; after a while SIGKILL, for all of its group. Resolves when it has ended. */
  async stop(): Promise<void> {
    if (this.#ended) {
      return;
    }
    this.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.#killGroup();
    }, STOP_LIMIT_MS);
    await this.exited;
    clearTimeout(timer);
    this.#killGroup();
  }

  #killGroup(): void {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  }
}

/** Processes that end with this one, whatever ends it. */
export class ProcessGroup {
  readonly #started: StartedProcess[] = [];
  readonly #reaper = spawn('bash', [REAPER], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });

  constructor() {
    this.#reaper.unref();
    this.#reaper.stdin.on('error', () => undefined);
  }

  start(spec: ProcessSpec): StartedProcess {
    const started = new StartedProcess(spec, (pid) => {
      this.#reaper.stdin.write(`-${pid}\n`);
    });
    this.#reaper.stdin.write(`+${started.pid}\n`);
    started.release();
    this.#started.push(started);
    return started;
  }

  /** Stops all that still run; the broker last, since the others need it for a clean end. */
  async stop(): Promise<void> {
    const isBroker = ({ name }: StartedProcess): boolean => name === BROKER;
    await Promise.all(this.#started.filter((one) => !isBroker(one)).map((one) => one.stop()));
    await Promise.all(this.#started.filter(isBroker).map((one) => one.stop()));
    this.#reaper.stdin.end();
  }
}
