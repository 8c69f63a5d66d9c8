import { ConflictError, NotFoundError, type ConnectorStateInfo } from '@millrace/rest';
import { ConnectorNotFoundError } from '@millrace/topic-stores';
import type { Statuses } from '../status/statuses.ts';
import type { ConfigAccess } from '../stores/config-access.ts';
import { nobodyAnswered, requireSuccess, type WorkerAsker } from '../workers/worker-requests.ts';
import { plannedRestart, type RestartScope } from './restart-plan.ts';

const TASK_RESTART_LIMIT_MS = 10_000;

/** Restarts of connectors and tasks (design section 4). */
export class Restarts {
  readonly #config: ConfigAccess;
  readonly #statuses: Statuses;
  readonly #workers: WorkerAsker;

  constructor(config: ConfigAccess, statuses: Statuses, workers: WorkerAsker) {
    this.#config = config;
    this.#statuses = statuses;
    this.#workers = workers;
  }

  /** Asks for a restart; the result is the status that it leads to. Throws NotFoundError. */
  async connector(name: string, scope: RestartScope): Promise<ConnectorStateInfo> {
    const status = this.#statuses.of(await this.#config.readForWrite(), name);
    if (status === undefined) {
      throw unknownConnector(name);
    }
    try {
      await this.#config.write({ kind: 'restart-connector', connector: name, ...scope });
    } catch (error) {
      throw error instanceof ConnectorNotFoundError ? unknownConnector(name) : error;
    }
    return plannedRestart(status, scope);
  }

  /** Resolves when the task's worker has restarted it. Throws NotFoundError, ConflictError, RequestTimedOutError. */
  async task(connector: string, task: number): Promise<void> {
    const state = await this.#config.readForWrite();
    if (!state.contains(connector)) {
      throw unknownConnector(connector);
    }
    if (task < 0 || task >= state.taskCount(connector)) {
      throw state.targetState(connector) === 'STOPPED' && state.taskConfig({ connector, task }) !== undefined
        ? new ConflictError(`Connector ${connector} is stopped and has no tasks to restart; resume it first`)
        : new NotFoundError(`Unknown task: ${connector}-${task}`);
    }
    const answer = await this.#workers.ask({
      op: 'restart-task',
      to: `owner:${connector}-${task}`,
      args: { connector, task },
      after: state.offset,
      timeoutMs: TASK_RESTART_LIMIT_MS,
    });
    if (answer === null) {
      throw nobodyAnswered(`Restarting task ${connector}-${task}`, TASK_RESTART_LIMIT_MS);
    }
    requireSuccess(answer);
  }
}

function unknownConnector(name: string): NotFoundError {
  return new NotFoundError(`Unknown connector: ${name}`);
}
