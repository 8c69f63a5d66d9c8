import {
  BooleanQuery,
  CONFIG_MAP,
  ConnectorConfigBody,
  ConnectorInfo,
  ConnectorParam,
  IfMatchHeader,
  RestBody,
  RestOperation,
} from '@millrace/rest';
import { Body, Controller, Get, Headers, Inject, Param, Patch, Put, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { JsonBody } from '../http/json-body.pipe.ts';
import { connectorLocation } from '../http/location.ts';
import { BooleanFlag } from '../http/parameters.ts';
import { Reply } from '../http/reply.ts';
import { ConfigChanges, type ConfigWritten } from './config-changes.ts';
import { Connectors } from './connectors.ts';
import { entityTag, isKnownRevision, revisionCondition } from './entity-tag.ts';
import { ETAG, LOCATION } from './response-header-docs.ts';

const WRITE_ERRORS = {
  400: 'The configuration is invalid; the message lists every error',
  412: 'The condition of If-Match or If-None-Match does not hold',
  415: 'The body is no application/json',
} as const;

/** `/connectors/{connector}/config` */
@ApiTags('connectors')
@Controller('connectors/:connector/config')
export class ConnectorConfigController {
  readonly #connectors: Connectors;
  readonly #changes: ConfigChanges;

  constructor(@Inject(Connectors) connectors: Connectors, @Inject(ConfigChanges) changes: ConfigChanges) {
    this.#connectors = connectors;
    this.#changes = changes;
  }

  @Get()
  @ConnectorParam()
  @IfMatchHeader('If-None-Match', 'Answer 304 when the configuration still has this ETag')
  @RestOperation({
    id: 'getConnectorConfig',
    summary: 'The configuration of a connector, references unresolved',
    answers: [
      { status: 200, description: 'The configuration', schema: CONFIG_MAP, headers: ETAG },
      { status: 304, description: 'It has the ETag that If-None-Match names', headers: ETAG },
    ],
    errors: { 404: 'There is no such connector' },
  })
  async get(
    @Param('connector') connector: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
  ): Promise<Reply> {
    const { config, revision } = await this.#connectors.config(connector);
    if (revision === undefined) {
      return new Reply(200, config);
    }
    const headers = { ETag: entityTag(revision) };
    return isKnownRevision(ifNoneMatch, revision)
      ? new Reply(304, null, headers)
      : new Reply(200, config, headers);
  }

  @Put()
  @ConnectorParam()
  @RestBody('config')
  @BooleanQuery('dryRun', 'Check and compare only; nothing is written')
  @IfMatchHeader('If-Match', 'Write only over a configuration that has this ETag')
  @IfMatchHeader('If-None-Match', '`*`: write only if there is no such connector')
  @RestOperation({
    id: 'putConnectorConfig',
    summary: 'Replaces the configuration of a connector, or creates it',
    answers: [
      {
        status: 200,
        description: 'Replaced; or with `dryRun`: what would be done',
        type: ConnectorInfo,
        headers: ETAG,
      },
      { status: 201, description: 'Created', type: ConnectorInfo, headers: { ...LOCATION, ...ETAG } },
    ],
    errors: WRITE_ERRORS,
  })
  async put(
    @Param('connector') connector: string,
    @Body(new JsonBody(ConnectorConfigBody)) { properties }: ConnectorConfigBody,
    @Query('dryRun', new BooleanFlag()) dryRun: boolean,
    @Req() request: Request,
  ): Promise<Reply> {
    const condition = conditionOf(request);
    if (dryRun) {
      return new Reply(200, await this.#changes.putDryRun(connector, properties, condition));
    }
    const written = await this.#changes.put(connector, properties, condition);
    return written.created
      ? new Reply(201, written.info, {
          Location: connectorLocation(request, connector),
          ...revisionHeader(written),
        })
      : new Reply(200, written.info, revisionHeader(written));
  }

  @Patch()
  @ConnectorParam()
  @RestBody('config')
  @BooleanQuery('dryRun', 'Check and compare only; nothing is written')
  @IfMatchHeader('If-Match', 'Write only over a configuration that has this ETag')
  @RestOperation({
    id: 'patchConnectorConfig',
    summary: 'Changes some keys of the configuration of a connector; null removes a key',
    answers: [
      {
        status: 200,
        description: 'Changed; or with `dryRun`: what would be done',
        type: ConnectorInfo,
        headers: ETAG,
      },
    ],
    errors: { ...WRITE_ERRORS, 404: 'There is no such connector' },
  })
  async patch(
    @Param('connector') connector: string,
    @Body(new JsonBody(ConnectorConfigBody)) { properties }: ConnectorConfigBody,
    @Query('dryRun', new BooleanFlag()) dryRun: boolean,
    @Req() request: Request,
  ): Promise<Reply> {
    const condition = conditionOf(request);
    if (dryRun) {
      return new Reply(200, await this.#changes.patchDryRun(connector, properties, condition));
    }
    const written = await this.#changes.patch(connector, properties, condition);
    return new Reply(200, written.info, revisionHeader(written));
  }
}

function conditionOf({ headers }: Request): ReturnType<typeof revisionCondition> {
  return revisionCondition(headers['if-match'], headers['if-none-match']);
}

function revisionHeader({ revision }: ConfigWritten): Readonly<Record<string, string>> {
  return revision === undefined ? {} : { ETag: entityTag(revision) };
}
