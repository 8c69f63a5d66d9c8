import { spawn, type ChildProcess } from 'node:child_process';

export interface ProcessOptions {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const KEPT_OUTPUT = 400_000;
const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) {
    child.kill('SIGKILL');
  }
});

/** A child process whose output is kept, and which never outlives the test process. */
export class TestProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #exited: Promise<number | null>;
  #output = '';
  #ended = false;

  constructor(options: ProcessOptions) {
    this.#name = [options.command, ...(options.args ?? [])].join(' ');
    this.#child = spawn(options.command, options.args ?? [], {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      // Its standard input ends when this process does, however that ends.
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    running.add(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
      });
    }
    this.#exited = new Promise((resolve) => {
      const end = (code: number | null): void => {
        this.#ended = true;
        running.delete(this.#child);
        resolve(code);
      };
      this.#child.once('exit', end);
      this.#child.once('error', (error) => {
        this.#output += String(error);
        end(null);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Standard output and error as they came; only the end of long ones. */
  get output(): string {
    return this.#output;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The exit code; null when a signal ended it. */
  exited(): Promise<number | null> {
    return this.#exited;
  }

  /** Waits for a line of output; throws when the process ends first or time runs out. */
  async waitForOutput(pattern: RegExp, timeoutMs = 30_000): Promise<RegExpExecArray> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) {
        return match;
      }
      if (this.#ended || Date.now() > deadline) {
        const why = this.#ended ? 'it ended' : `${timeoutMs} ms passed`;
        throw new Error(
          `${this.#name}: no output like ${String(pattern)}; ${why}. Its output:\n${this.#output}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** SIGTERM, and SIGKILL when that does not help in time. The exit code. */
  async stop(limitMs = 15_000): Promise<number | null> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), limitMs);
    const code = await this.#exited;
    clearTimeout(timer);
    return code;
  }
}
