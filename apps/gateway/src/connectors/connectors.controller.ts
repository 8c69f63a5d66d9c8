import {
  BooleanQuery,
  ConnectorInfo,
  ConnectorParam,
  CreateConnectorRequest,
  ExpandedConnector,
  IfMatchHeader,
  RestBody,
  RestOperation,
} from '@millrace/rest';
import { Body, Controller, Delete, Get, Headers, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiExtraModels, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { JsonBody } from '../http/json-body.pipe.ts';
import { connectorLocation } from '../http/location.ts';
import { BooleanFlag, RepeatedParameter } from '../http/parameters.ts';
import { Reply } from '../http/reply.ts';
import { ConfigChanges } from './config-changes.ts';
import { Connectors } from './connectors.ts';
import { entityTag, revisionCondition } from './entity-tag.ts';
import { ETAG, LOCATION } from './response-header-docs.ts';

/** `/connectors` and `/connectors/{connector}` */
@ApiTags('connectors')
@ApiExtraModels(ExpandedConnector)
@Controller('connectors')
export class ConnectorsController {
  readonly #connectors: Connectors;
  readonly #changes: ConfigChanges;

  constructor(@Inject(Connectors) connectors: Connectors, @Inject(ConfigChanges) changes: ConfigChanges) {
    this.#connectors = connectors;
    this.#changes = changes;
  }

  @Get()
  @ApiQuery({
    name: 'expand',
    required: false,
    description: 'Repeatable; with it the answer is an object by connector name',
    schema: { type: 'array', items: { type: 'string', enum: ['info', 'status'] } },
  })
  @RestOperation({
    id: 'listConnectors',
    summary: 'Names of all connectors, or all connectors',
    answers: [
      {
        status: 200,
        description: 'Names; with `expand` an ExpandedConnector by each name',
        schema: {
          oneOf: [
            { type: 'array', items: { type: 'string' } },
            // A map of ExpandedConnector; said so, the typescript-fetch generator makes code that does not compile.
            { type: 'object', additionalProperties: true },
          ],
        },
      },
    ],
  })
  list(@Query('expand', new RepeatedParameter()) expand: readonly string[] | null): Promise<unknown> {
    return expand === null ? this.#connectors.names() : this.#connectors.expanded(expand);
  }

  @Post()
  @RestBody(CreateConnectorRequest)
  @BooleanQuery('dryRun', 'Check and compare only; nothing is written')
  @RestOperation({
    id: 'createConnector',
    summary: 'Creates a connector',
    answers: [
      { status: 201, description: 'Created', type: ConnectorInfo, headers: { ...LOCATION, ...ETAG } },
      { status: 200, description: 'With `dryRun`: what would be done', type: ConnectorInfo },
    ],
    errors: {
      400: 'The configuration is invalid; the message lists every error',
      409: 'There is a connector of that name',
      415: 'The body is no application/json',
    },
  })
  async create(
    @Body(new JsonBody(CreateConnectorRequest)) body: CreateConnectorRequest,
    @Query('dryRun', new BooleanFlag()) dryRun: boolean,
    @Req() request: Request,
  ): Promise<Reply> {
    if (dryRun) {
      return new Reply(200, await this.#changes.createDryRun(body));
    }
    const { info, revision } = await this.#changes.create(body);
    return new Reply(201, info, {
      Location: connectorLocation(request, info.name),
      ...(revision === undefined ? {} : { ETag: entityTag(revision) }),
    });
  }

  @Get(':connector')
  @ConnectorParam()
  @RestOperation({
    id: 'getConnector',
    summary: 'A connector: its configuration and its tasks',
    answers: [{ status: 200, description: 'The connector', type: ConnectorInfo }],
    errors: { 404: 'There is no such connector' },
  })
  get(@Param('connector') connector: string): Promise<ConnectorInfo> {
    return this.#connectors.info(connector);
  }

  @Delete(':connector')
  @ConnectorParam()
  @IfMatchHeader('If-Match', 'Delete only a connector whose configuration has this ETag')
  @RestOperation({
    id: 'destroyConnector',
    summary: 'Deletes a connector; its offsets stay',
    answers: [{ status: 204, description: 'Deleted' }],
    errors: { 404: 'There is no such connector', 412: 'The configuration has another ETag' },
  })
  destroy(
    @Param('connector') connector: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    return this.#connectors.destroy(connector, revisionCondition(ifMatch, undefined));
  }
}
