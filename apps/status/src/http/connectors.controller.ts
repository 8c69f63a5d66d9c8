import { Controller, Get, Inject, NotFoundException, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Aggregator } from '../aggregator.ts';
import { connectorNow, connectorsNow, type ConnectorNow } from '../cluster/describe.ts';
import type { StatusNow } from '../cluster/status-view.ts';
import { ApiNoSuchConnector, ApiNotReady, Documented } from './documented.ts';
import { ConnectorDto, ConnectorSummaryDto, type StatusDto } from './dto/connector.dto.ts';
import { isoTime } from './iso-time.ts';
import { AGGREGATOR } from './tokens.ts';

/** Connectors as they are now. */
@ApiTags('now')
@Controller('connectors')
export class ConnectorsController {
  readonly #aggregator: Aggregator;

  constructor(@Inject(AGGREGATOR) aggregator: Aggregator) {
    this.#aggregator = aggregator;
  }

  @Get()
  @Documented({ id: 'listConnectors', summary: 'All connectors', type: [ConnectorSummaryDto] })
  @ApiNotReady()
  list(): readonly ConnectorSummaryDto[] {
    return connectorsNow(this.#aggregator.view()).map(summaryOf);
  }

  @Get(':connector')
  @Documented({ id: 'getConnector', summary: 'One connector with its tasks', type: ConnectorDto })
  @ApiNoSuchConnector()
  @ApiNotReady()
  get(@Param('connector') name: string): ConnectorDto {
    const connector = connectorNow(this.#aggregator.view(), name);
    if (connector === null) {
      throw new NotFoundException(`Connector ${name} not found`);
    }
    const { config, status, tasks, stalls, topics } = connector;
    return {
      ...summaryOf(connector),
      revision: config.revision,
      configKeys: config.keys,
      status: status === null ? null : statusOf(status),
      taskStatuses: tasks.map(([task, now]) => ({
        task,
        ...statusOf(now),
        stalled: stalls.get(task) ?? null,
      })),
      topics,
    };
  }
}

function summaryOf(connector: ConnectorNow): Pick<ConnectorDto, keyof ConnectorSummaryDto> {
  const { name, config, status, tasks, stalls, health } = connector;
  const count = (state: string): number => tasks.filter(([, now]) => now.state === state).length;
  return {
    name,
    class: config.class,
    targetState: config.targetState,
    state: status?.state ?? 'UNASSIGNED',
    workerId: status?.workerId ?? null,
    health,
    tasks: {
      total: config.taskCount,
      running: count('RUNNING'),
      failed: count('FAILED'),
      stalled: stalls.size,
    },
    stalls: [...stalls].map(([task, stalled]) => ({ task, stalled })),
    updatedAt: isoTime(config.updatedAt),
  };
}

function statusOf({
  state,
  workerId,
  generation,
  version,
  trace,
  since,
}: StatusNow): Pick<StatusDto, keyof StatusDto> {
  return { state, workerId, generation, version, trace, since: isoTime(since) };
}
