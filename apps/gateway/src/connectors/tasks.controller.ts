import {
  ConnectorParam,
  RestOperation,
  TaskInfo,
  TaskParam,
  TaskState,
  type TaskStateFields,
} from '@millrace/rest';
import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TaskNumber } from '../http/parameters.ts';
import { Restarts } from '../restart/restarts.ts';
import { Statuses } from '../status/statuses.ts';
import { Connectors } from './connectors.ts';

/** `/connectors/{connector}/tasks` */
@ApiTags('connectors')
@Controller('connectors/:connector/tasks')
export class TasksController {
  readonly #connectors: Connectors;
  readonly #statuses: Statuses;
  readonly #restarts: Restarts;

  constructor(
    @Inject(Connectors) connectors: Connectors,
    @Inject(Statuses) statuses: Statuses,
    @Inject(Restarts) restarts: Restarts,
  ) {
    this.#connectors = connectors;
    this.#statuses = statuses;
    this.#restarts = restarts;
  }

  @Get()
  @ConnectorParam()
  @RestOperation({
    id: 'getTaskConfigs',
    summary: 'The tasks of a connector and their configurations',
    answers: [{ status: 200, description: 'Tasks in the order of their numbers', type: [TaskInfo] }],
    errors: { 404: 'There is no such connector' },
  })
  list(@Param('connector') connector: string): Promise<readonly TaskInfo[]> {
    return this.#connectors.tasks(connector);
  }

  @Get(':task/status')
  @ConnectorParam()
  @TaskParam()
  @RestOperation({
    id: 'getTaskStatus',
    summary: 'The state of a task',
    answers: [{ status: 200, description: 'The state', type: TaskState }],
    errors: { 404: 'There is no such task' },
  })
  status(
    @Param('connector') connector: string,
    @Param('task', new TaskNumber()) task: number,
  ): Promise<TaskStateFields> {
    return this.#statuses.task(connector, task);
  }

  @Post(':task/restart')
  @ConnectorParam()
  @TaskParam()
  @RestOperation({
    id: 'restartTask',
    summary: 'Restarts a task',
    answers: [{ status: 204, description: 'Its worker has restarted it' }],
    errors: { 404: 'There is no such task', 409: 'The connector is stopped' },
  })
  restart(
    @Param('connector') connector: string,
    @Param('task', new TaskNumber()) task: number,
  ): Promise<void> {
    return this.#restarts.task(connector, task);
  }
}
