import { Controller, Get, Inject, Res } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { prometheusText } from '@millrace/metrics';
import type { Response } from 'express';
import type { Aggregator } from '../aggregator.ts';
import { VERSION } from '../version.ts';
import { HealthDto, ServerInfoDto } from './dto/server.dto.ts';
import { clusterMetrics } from './cluster-metrics.ts';
import { AGGREGATOR } from './tokens.ts';

/** The aggregator itself. */
@ApiTags('server')
@Controller()
export class ServerController {
  readonly #aggregator: Aggregator;

  constructor(@Inject(AGGREGATOR) aggregator: Aggregator) {
    this.#aggregator = aggregator;
  }

  @Get()
  @ApiOperation({ operationId: 'serverInfo', summary: 'What it follows' })
  @ApiOkResponse({ type: ServerInfoDto })
  info(): ServerInfoDto {
    const { groupId, configTopic, statusTopic } = this.#aggregator.settings;
    return { version: VERSION, groupId, configTopic, statusTopic };
  }

  @Get('health')
  @ApiOperation({ operationId: 'health', summary: 'Whether the topics are being followed' })
  @ApiOkResponse({ type: HealthDto, description: 'It answers, from what it last read where it is `stale`' })
  @ApiServiceUnavailableResponse({
    type: HealthDto,
    description: 'It has not read the topics since its start yet',
  })
  health(@Res({ passthrough: true }) response: Response): HealthDto {
    const health = this.#aggregator.health();
    response.status(health.status === 'starting' ? 503 : 200);
    return health;
  }

  @Get('metrics')
  @ApiOperation({ operationId: 'metrics', summary: 'States, metrics of tasks and positions for Prometheus' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  metrics(@Res({ passthrough: true }) response: Response): string {
    response.type('text/plain; version=0.0.4; charset=utf-8');
    return prometheusText(clusterMetrics(this.#aggregator));
  }
}
