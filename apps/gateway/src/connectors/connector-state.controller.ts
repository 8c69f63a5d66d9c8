import { BooleanQuery, ConnectorParam, ConnectorStateInfo, RestOperation } from '@millrace/rest';
import { Controller, Get, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BooleanFlag } from '../http/parameters.ts';
import { Reply } from '../http/reply.ts';
import { Restarts } from '../restart/restarts.ts';
import { Statuses } from '../status/statuses.ts';
import { Connectors } from './connectors.ts';

const UNKNOWN = { 404: 'There is no such connector' } as const;

/** What a connector does, and what it is to do: `/connectors/{connector}/status`, `/pause`, `/resume`, `/stop`, `/restart` */
@ApiTags('connectors')
@Controller('connectors/:connector')
export class ConnectorStateController {
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

  @Get('status')
  @ConnectorParam()
  @RestOperation({
    id: 'getConnectorStatus',
    summary: 'The states of a connector and its tasks',
    answers: [{ status: 200, description: 'The states', type: ConnectorStateInfo }],
    errors: UNKNOWN,
  })
  status(@Param('connector') connector: string): Promise<ConnectorStateInfo> {
    return this.#statuses.connector(connector);
  }

  @Put('pause')
  @ConnectorParam()
  @RestOperation({
    id: 'pauseConnector',
    summary: 'Pauses a connector and its tasks; they stay where they are',
    answers: [{ status: 202, description: 'It will be paused' }],
    errors: UNKNOWN,
  })
  pause(@Param('connector') connector: string): Promise<void> {
    return this.#connectors.setPaused(connector, true);
  }

  @Put('resume')
  @ConnectorParam()
  @RestOperation({
    id: 'resumeConnector',
    summary: 'Resumes a connector that is paused or stopped',
    answers: [{ status: 202, description: 'It will be resumed' }],
    errors: UNKNOWN,
  })
  resume(@Param('connector') connector: string): Promise<void> {
    return this.#connectors.setPaused(connector, false);
  }

  @Put('stop')
  @ConnectorParam()
  @RestOperation({
    id: 'stopConnector',
    summary: 'Stops a connector and ends its tasks; its configuration and offsets stay',
    answers: [{ status: 204, description: 'It will be stopped' }],
    errors: UNKNOWN,
  })
  stop(@Param('connector') connector: string): Promise<void> {
    return this.#connectors.stop(connector);
  }

  @Post('restart')
  @ConnectorParam()
  @BooleanQuery('includeTasks', 'Restart its tasks too')
  @BooleanQuery('onlyFailed', 'Restart only what has failed')
  @RestOperation({
    id: 'restartConnector',
    summary: 'Restarts a connector, its tasks, or what of them has failed',
    answers: [
      { status: 204, description: 'The connector alone will be restarted' },
      {
        status: 202,
        description: 'With `includeTasks` or `onlyFailed`: the states that the restart leads to',
        type: ConnectorStateInfo,
      },
    ],
    errors: UNKNOWN,
  })
  async restart(
    @Param('connector') connector: string,
    @Query('includeTasks', new BooleanFlag()) includeTasks: boolean,
    @Query('onlyFailed', new BooleanFlag()) onlyFailed: boolean,
  ): Promise<Reply> {
    const planned = await this.#restarts.connector(connector, { includeTasks, onlyFailed });
    return includeTasks || onlyFailed ? new Reply(202, planned) : new Reply(204, null);
  }
}
