import {
  BooleanQuery,
  ConnectorLag,
  ConnectorOffsets,
  ConnectorParam,
  Message,
  RestBody,
  RestOperation,
} from '@millrace/rest';
import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../http/json-body.pipe.ts';
import { BooleanFlag, TextParameter } from '../http/parameters.ts';
import { Lag } from './lag.ts';
import { Offsets } from './offsets.ts';
import { parseResetTarget, SinkReset } from './sink-reset.ts';

const ALTER_ERRORS = {
  400: 'The connector is not stopped, or the offsets are not what they must be',
  404: 'There is no such connector',
  409: 'The connector was resumed meanwhile',
} as const;

/** `/connectors/{connector}/offsets` and `/connectors/{connector}/lag` */
@ApiTags('offsets')
@Controller('connectors/:connector')
export class OffsetsController {
  readonly #offsets: Offsets;
  readonly #sinkReset: SinkReset;
  readonly #lag: Lag;

  constructor(
    @Inject(Offsets) offsets: Offsets,
    @Inject(SinkReset) sinkReset: SinkReset,
    @Inject(Lag) lag: Lag,
  ) {
    this.#offsets = offsets;
    this.#sinkReset = sinkReset;
    this.#lag = lag;
  }

  @Get('offsets')
  @ConnectorParam()
  @RestOperation({
    id: 'getOffsets',
    summary: 'The committed offsets of a connector',
    answers: [{ status: 200, description: 'The offsets', type: ConnectorOffsets }],
    errors: { 404: 'There is no such connector' },
  })
  get(@Param('connector') connector: string): Promise<unknown> {
    return this.#offsets.get(connector);
  }

  @Patch('offsets')
  @ConnectorParam()
  @RestBody(ConnectorOffsets)
  @RestOperation({
    id: 'alterConnectorOffsets',
    summary: 'Sets offsets of a stopped connector; a null offset removes one',
    answers: [{ status: 200, description: 'Done', type: Message }],
    errors: { ...ALTER_ERRORS, 415: 'The body is no application/json' },
  })
  alter(
    @Param('connector') connector: string,
    @Body(new JsonBody(ConnectorOffsets)) body: ConnectorOffsets,
  ): Promise<Message> {
    return this.#offsets.alter(connector, body);
  }

  @Delete('offsets')
  @ConnectorParam()
  @RestOperation({
    id: 'resetConnectorOffsets',
    summary: 'Removes all offsets of a stopped connector',
    answers: [{ status: 200, description: 'Done', type: Message }],
    errors: ALTER_ERRORS,
  })
  reset(@Param('connector') connector: string): Promise<Message> {
    return this.#offsets.reset(connector);
  }

  @Post('offsets/reset')
  @ConnectorParam()
  @ApiQuery({
    name: 'to',
    description: 'earliest, latest, or a time: milliseconds since the epoch or as 2026-01-31T12:00:00Z',
    schema: { type: 'string' },
  })
  @BooleanQuery('restart', 'Stop the connector before and resume it after')
  @RestOperation({
    id: 'resetSinkOffsets',
    summary: 'Moves a sink to the beginning, the end or a point in time of its topics',
    answers: [{ status: 200, description: 'Done', type: Message }],
    errors: ALTER_ERRORS,
  })
  resetTo(
    @Param('connector') connector: string,
    @Query('to', new TextParameter()) to: string | null,
    @Query('restart', new BooleanFlag()) restart: boolean,
  ): Promise<Message> {
    return this.#sinkReset.to(connector, parseResetTarget(to), restart);
  }

  @Get('lag')
  @ConnectorParam()
  @RestOperation({
    id: 'getConnectorLag',
    summary: 'How far a sink is behind the topics it reads',
    answers: [{ status: 200, description: 'The lag by partition', type: ConnectorLag }],
    errors: { 400: 'The connector is no sink', 404: 'There is no such connector' },
  })
  lag(@Param('connector') connector: string): Promise<ConnectorLag> {
    return this.#lag.of(connector);
  }
}
