import { setTimeout as pause } from 'node:timers/promises';
import { BadRequestError, ConflictError, NotFoundError, RequestTimedOutError } from '@millrace/rest';
import {
  ConnectorNotFoundError,
  ConnectorNotStoppedError,
  type ClusterConfigState,
  type Props,
  type StatusEntry,
} from '@millrace/topic-stores';
import type { ConfigAccess } from '../stores/config-access.ts';
import type { StatusAccess } from '../stores/status-access.ts';
import { presenceOf } from '../workers/presence.ts';
import type { WorkerGroup } from '../workers/worker-group.ts';

const TASKS_GONE_LIMIT_MS = 60_000;
const ACTED_LIMIT_MS = 10_000;
const CHECK_MS = 50;

/** States that a task which does not run can have. */
const NOT_RUNNING: readonly string[] = ['UNASSIGNED', 'FAILED', 'DESTROYED', 'STOPPED'];

/** A connector that was found to be stopped. */
export interface Stopped {
  readonly name: string;
  readonly config: Props;
  /** Of its task configurations: it is another once tasks could have run again. */
  readonly generation: number | undefined;
}

/** Sees to it that offsets are altered only while nothing of the connector runs (design section 4). */
export class StoppedConnector {
  readonly #config: ConfigAccess;
  readonly #status: StatusAccess;
  readonly #group: WorkerGroup;

  constructor(config: ConfigAccess, status: StatusAccess, group: WorkerGroup) {
    this.#config = config;
    this.#status = status;
    this.#group = group;
  }

  /** Throws NotFoundError, or BadRequestError when it is not stopped. */
  async require(name: string): Promise<Stopped> {
    const state = await this.#config.readForWrite();
    const config = state.connectorConfig(name);
    if (config === undefined) {
      throw new NotFoundError(`Connector ${name} not found`);
    }
    if (!isStopped(state, name)) {
      throw new BadRequestError(
        'Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified ' +
          `connector by issuing a 'PUT' request to the '/connectors/${name}/stop' endpoint`,
      );
    }
    return { name, config, generation: state.taskConfigGeneration(name) };
  }

  /**
   * Resolves when no live worker runs a task of it, and those that say how far they are have acted upon the stop: a task that is just
   * being started has no status yet. Throws RequestTimedOutError.
   */
  async tasksGone(name: string): Promise<void> {
    const [{ offset }] = await Promise.all([this.#config.readForWrite(), this.#status.readForWrite()]);
    const began = performance.now();
    for (;;) {
      const { workers } = await this.#group.view();
      const running = this.#running(name, workers);
      const waited = performance.now() - began;
      // Another connector may hold a worker back: then the statuses have to do.
      if (running.length === 0 && (waited > ACTED_LIMIT_MS || this.#haveActed(workers, offset))) {
        return;
      }
      if (waited > TASKS_GONE_LIMIT_MS) {
        const tasks = running.map(({ task, workerId }) => `${task ?? ''} on ${workerId}`).join(', ');
        throw new RequestTimedOutError(`Tasks of connector ${name} have not stopped yet: ${tasks}`);
      }
      await pause(CHECK_MS);
    }
  }

  /**
   * Says STOPPED once more by compare-and-append (design section 4): throws ConflictError when the connector was resumed or deleted since it was
   * found stopped, also if only for a while.
   */
  async reassert({ name, generation }: Stopped): Promise<void> {
    try {
      await this.#config.write({ kind: 'reassert-stopped', connector: name, generation });
    } catch (error) {
      if (error instanceof ConnectorNotStoppedError || error instanceof ConnectorNotFoundError) {
        const what = error instanceof ConnectorNotStoppedError ? 'resumed' : 'deleted';
        throw new ConflictError(
          `Connector ${name} was ${what} while its offsets were being altered, so that they may have been overwritten. Stop it ` +
            'and try again',
          { cause: error },
        );
      }
      throw error;
    }
  }

  /** Tasks whose status says that they run; what a dead worker left does not count. */
  #running(name: string, live: ReadonlySet<string>): readonly StatusEntry[] {
    return this.#status.store
      .tasks(name)
      .filter(({ state, workerId }) => !NOT_RUNNING.includes(state) && live.has(workerId));
  }

  #haveActed(live: ReadonlySet<string>, offset: number): boolean {
    return [...live].every((id) => {
      const { applied } = presenceOf(this.#status.store.own('worker', id));
      return applied === null || applied >= offset;
    });
  }
}

function isStopped(state: ClusterConfigState, name: string): boolean {
  return state.targetState(name) === 'STOPPED' && state.taskCount(name) === 0;
}
