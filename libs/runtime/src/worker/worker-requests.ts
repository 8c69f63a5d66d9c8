import { ConnectError, toError, type Props } from '@millrace/connect-api';
import type { ConnectorTaskId } from '@millrace/topic-stores';
import { offsetChangeOf, type OffsetChange } from '../host/offset-change.ts';
import { PreviewRefusedError, type PreviewJob } from '../host/preview.ts';

/** What a worker can be asked (design section 4, Requests). */
export interface RequestTargets {
  readonly workerId: string;
  owns(connector: string, task: number | null): boolean;
  /** False: it does not run here (any more). */
  restartTask(id: ConnectorTaskId): boolean;
  hasPlugin(className: string): boolean;
  /** The one to act where several could. */
  readonly first: () => boolean;
  setLogLevel(namespace: string, level: string): readonly string[];
  /** Checks a configuration, isolated; ConfigInfos as JSON. Throws ConnectError. */
  validate(props: Props): Promise<unknown>;
  /** The configuration as written; undefined when there is no such connector. */
  connectorConfig(connector: string): Props | undefined;
  /** Asks the plugin, isolated. Throws what it refuses with. */
  alterOffsets(connectorConfig: Props, change: OffsetChange): Promise<boolean>;
  /** Tries transforms on samples, isolated. Throws HostError. */
  preview(job: PreviewJob): Promise<string>;
}

export interface Answer {
  readonly code: number;
  readonly body: unknown;
}

/** JSON of an answer that a record of the status topic holds with Kafka's usual limits. */
const LARGEST_ANSWER = 900_000;
/** A worker that could act leaves it to the first one for so long. */
const LEAVE_TO_FIRST_MS = 1_000;

/** Decides which requests are for this worker, and does what they ask. */
export class WorkerRequests {
  readonly #targets: RequestTargets;
  readonly #now: () => number;
  /** When a request to a plugin was first seen. */
  readonly #seen = new Map<string, number>();

  constructor(targets: RequestTargets, now: () => number = () => performance.now()) {
    this.#targets = targets;
    this.#now = now;
  }

  /** Whether `owner:<connector>[-<task>]`, `worker:<id>` or `plugin:<class>` means this worker now. */
  isFor(to: string): boolean {
    const [, kind = '', name = ''] = /^(owner|worker|plugin):(.*)$/s.exec(to) ?? [];
    switch (kind) {
      case 'worker':
        return name === this.#targets.workerId;
      case 'owner':
        return this.#ownsNamed(name);
      case 'plugin':
        return this.#targets.hasPlugin(name) && this.#myTurn(to);
      default:
        return false;
    }
  }

  async perform(op: string, args: unknown): Promise<Answer> {
    switch (op) {
      case 'validate':
        return this.#validate(args);
      case 'alter-offsets':
        return this.#alterOffsets(args);
      case 'preview':
        return this.#preview(args);
      case 'restart-task':
        return this.#restartTask(args);
      case 'set-logger-level':
        return this.#setLoggerLevel(args);
      default:
        return refused(404, `Worker ${this.#targets.workerId} does not know the operation ${op}`);
    }
  }

  /** A name may be a connector's, or a connector's with the number of a task. */
  #ownsNamed(name: string): boolean {
    const dash = name.lastIndexOf('-');
    const task = Number(name.slice(dash + 1));
    return (
      this.#targets.owns(name, null) ||
      (dash > 0 && Number.isInteger(task) && this.#targets.owns(name.slice(0, dash), task))
    );
  }

  #myTurn(to: string): boolean {
    const now = this.#now();
    const seen = this.#seen.get(to) ?? now;
    this.#seen.set(to, seen);
    if (this.#targets.first() || now - seen >= LEAVE_TO_FIRST_MS) {
      this.#seen.delete(to);
      return true;
    }
    return false;
  }

  #restartTask(args: unknown): Answer {
    const { connector, task } = fieldsOf(args);
    if (typeof connector !== 'string' || typeof task !== 'number') {
      return refused(400, 'A restart of a task needs its connector and its number');
    }
    return this.#targets.restartTask({ connector, task })
      ? { code: 204, body: null }
      : refused(409, `Task ${connector}-${task} is being moved to another worker; try again`);
  }

  async #validate(args: unknown): Promise<Answer> {
    const { config } = fieldsOf(args);
    if (typeof config !== 'object' || config === null) {
      return refused(400, 'A check needs a configuration');
    }
    try {
      return { code: 200, body: await this.#targets.validate(config as Props) };
    } catch (error) {
      return refused(500, toError(error).message);
    }
  }

  async #alterOffsets(args: unknown): Promise<Answer> {
    const { connector, change } = fieldsOf(args);
    const offsetChange = offsetChangeOf(change);
    if (typeof connector !== 'string' || offsetChange === null) {
      return refused(400, 'Altering offsets needs a connector and a change');
    }
    const config = this.#targets.connectorConfig(connector);
    if (config === undefined) {
      return refused(404, `Connector ${connector} not found`);
    }
    try {
      return { code: 200, body: { complete: await this.#targets.alterOffsets(config, offsetChange) } };
    } catch (error) {
      return refused(500, toError(error).message);
    }
  }

  /** `config` changes that of the connector, if one is named: null removes a key. */
  async #preview(args: unknown): Promise<Answer> {
    const { connector, config, type, records } = fieldsOf(args);
    if ((type !== 'source' && type !== 'sink') || typeof records !== 'string') {
      return refused(400, 'A preview needs the type of the connector and records');
    }
    const stored = typeof connector === 'string' ? this.#targets.connectorConfig(connector) : {};
    if (stored === undefined) {
      return refused(404, `Connector ${String(connector)} not found`);
    }
    try {
      const job: PreviewJob = { type, config: patched(stored, fieldsOf(config) as Props), records };
      return fitting({ records: await this.#targets.preview(job) });
    } catch (error) {
      return refused(codeOf(error) === PreviewRefusedError.CODE ? 400 : 500, toError(error).message);
    }
  }

  #setLoggerLevel(args: unknown): Answer {
    const { namespace, level } = fieldsOf(args);
    if (typeof namespace !== 'string' || typeof level !== 'string') {
      return refused(400, 'A log level needs a namespace and a level');
    }
    try {
      return { code: 200, body: this.#targets.setLogLevel(namespace, level) };
    } catch (error) {
      if (error instanceof ConnectError) {
        return refused(400, error.message);
      }
      throw error;
    }
  }
}

function refused(code: number, message: string): Answer {
  return { code, body: { message } };
}

function patched(config: Props, patch: Props): Props {
  return Object.fromEntries(Object.entries({ ...config, ...patch }).filter(([key]) => patch[key] !== null));
}

function fitting(body: unknown): Answer {
  return Buffer.byteLength(JSON.stringify(body)) <= LARGEST_ANSWER
    ? { code: 200, body }
    : refused(
        413,
        'What the transforms made is more than one answer can hold; send fewer or smaller records',
      );
}

/** Errors that came from a host have kept their code, not their class. */
function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}

function fieldsOf(args: unknown): Readonly<Record<string, unknown>> {
  return typeof args === 'object' && args !== null ? (args as Readonly<Record<string, unknown>>) : {};
}
