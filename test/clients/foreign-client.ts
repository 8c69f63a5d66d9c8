import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What clients can be asked to do, in one vocabulary. Answers have the shape of our REST API's bodies. */
export const ALL_OPERATIONS = [
  'server',
  'list',
  'expand',
  'create',
  'createPaused',
  'get',
  'config',
  'put',
  'patch',
  'status',
  'pause',
  'resume',
  'stop',
  'restart',
  'restartWithTasks',
  'tasks',
  'taskStatus',
  'restartTask',
  'topics',
  'resetTopics',
  'offsets',
  'alterOffsets',
  'resetOffsets',
  'plugins',
  'pluginConfig',
  'validate',
  'loggers',
  'setLevel',
  'delete',
] as const;
export type Operation = (typeof ALL_OPERATIONS)[number];

/** Everything but what a client lacks. */
export function allBut(...lacking: readonly Operation[]): readonly Operation[] {
  return ALL_OPERATIONS.filter((operation) => !lacking.includes(operation));
}

/** Somebody else's client of the REST API. */
export interface ForeignClient {
  /** What the client returned; throws `ClientError` when the client reported an error of the API. */
  call(operation: Operation, ...args: readonly unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/** A client raised an error: the status and message that its user gets to see. */
export class ClientError extends Error {
  readonly status: number | null;

  constructor(status: number | null, message: string) {
    super(message);
    this.name = 'ClientError';
    this.status = status;
  }
}

interface Answer {
  readonly value?: unknown;
  readonly error?: { readonly status: number | null; readonly message: string };
}

/** A driver process around a client: one line of JSON asks, one line answers. */
export class DrivenClient implements ForeignClient {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;
  #errors = '';

  constructor(
    command: string,
    args: readonly string[],
    options: { readonly env?: Readonly<Record<string, string>> } = {},
  ) {
    this.#child = spawn(command, args, { env: { ...process.env, ...options.env } });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', resolve).once('error', resolve);
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async call(operation: Operation, ...args: readonly unknown[]): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify({ operation, args })}\n`);
    const line = await this.#lines.next();
    if (line.done === true) {
      await this.#ended;
      throw new Error(`The driver ended at ${operation}:\n${this.#errors}`);
    }
    const { value, error } = JSON.parse(line.value) as Answer;
    if (error === undefined) {
      return value;
    }
    if (error.status === null) {
      throw new Error(`The client failed at ${operation}: ${error.message}\n${this.#errors}`);
    }
    throw new ClientError(error.status, error.message);
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }
}
