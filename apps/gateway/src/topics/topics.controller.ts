import { ActiveTopics, ConnectorParam, RestOperation } from '@millrace/rest';
import { Controller, Get, Inject, Param, Put } from '@nestjs/common';
import { ApiExtraModels, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Topics } from './topics.ts';

/** `/connectors/{connector}/topics` */
@ApiTags('connectors')
@ApiExtraModels(ActiveTopics)
@Controller('connectors/:connector/topics')
export class TopicsController {
  readonly #topics: Topics;

  constructor(@Inject(Topics) topics: Topics) {
    this.#topics = topics;
  }

  @Get()
  @ConnectorParam()
  @RestOperation({
    id: 'getConnectorActiveTopics',
    summary: 'The topics that tasks of a connector were seen to use',
    answers: [
      {
        status: 200,
        description: 'Topics by connector name; none for a connector that is not there',
        schema: { type: 'object', additionalProperties: { $ref: getSchemaPath(ActiveTopics) } },
      },
    ],
    errors: { 403: 'Topic tracking is turned off' },
  })
  active(@Param('connector') connector: string): Promise<Readonly<Record<string, ActiveTopics>>> {
    return this.#topics.active(connector);
  }

  @Put('reset')
  @ConnectorParam()
  @RestOperation({
    id: 'resetConnectorActiveTopics',
    summary: 'Forgets the topics of a connector; those still in use are seen again',
    answers: [{ status: 202, description: 'Forgotten' }],
    errors: { 403: 'Topic tracking, or its reset, is turned off' },
  })
  reset(@Param('connector') connector: string): Promise<void> {
    return this.#topics.reset(connector);
  }
}
