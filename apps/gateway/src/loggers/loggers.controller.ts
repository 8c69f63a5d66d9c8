import { LoggerLevel, RestBody, RestOperation, SetLevelBody, SetLevelRequest } from '@millrace/rest';
import { Body, Controller, Get, Inject, Param, Put, Query } from '@nestjs/common';
import { ApiExtraModels, ApiParam, ApiQuery, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { JsonBody } from '../http/json-body.pipe.ts';
import { TextParameter } from '../http/parameters.ts';
import { Reply } from '../http/reply.ts';
import { Loggers } from './loggers.ts';

const LoggerParam = (): MethodDecorator =>
  ApiParam({
    name: 'logger',
    description: 'Name of the logger, `root` for the root',
    schema: { type: 'string' },
  });

/** `/admin/loggers` */
@ApiTags('admin')
@ApiExtraModels(LoggerLevel)
@Controller('admin/loggers')
export class LoggersController {
  readonly #loggers: Loggers;

  constructor(@Inject(Loggers) loggers: Loggers) {
    this.#loggers = loggers;
  }

  @Get()
  @RestOperation({
    id: 'listLoggers',
    summary: 'The loggers of this server whose level was set',
    answers: [
      {
        status: 200,
        description: 'Levels by logger',
        schema: { type: 'object', additionalProperties: { $ref: getSchemaPath(LoggerLevel) } },
      },
    ],
  })
  list(): Readonly<Record<string, LoggerLevel>> {
    return this.#loggers.list();
  }

  @Get(':logger')
  @LoggerParam()
  @RestOperation({
    id: 'getLogger',
    summary: 'The level of a logger of this server',
    answers: [{ status: 200, description: 'The level', type: LoggerLevel }],
    errors: { 404: 'The level of this logger was never set' },
  })
  get(@Param('logger') logger: string): LoggerLevel {
    return this.#loggers.get(logger);
  }

  @Put(':logger')
  @LoggerParam()
  @RestBody(SetLevelRequest)
  @ApiQuery({
    name: 'scope',
    required: false,
    description: 'worker: this server; cluster: all workers and gateways',
    schema: { type: 'string', enum: ['worker', 'cluster'], default: 'worker' },
  })
  @ApiQuery({
    name: 'worker',
    required: false,
    description: 'Id of the worker to set it at, instead of this server',
    schema: { type: 'string' },
  })
  @RestOperation({
    id: 'setLevel',
    summary: 'Sets the level of a logger and those below it',
    answers: [
      {
        status: 200,
        description: 'The loggers whose level changed, sorted',
        schema: { type: 'array', items: { type: 'string' } },
      },
      { status: 204, description: 'With `scope=cluster`: all will set it' },
    ],
    errors: {
      400: 'There is no level',
      404: 'There is no such level, or no such worker',
      415: 'The body is no application/json',
    },
  })
  async set(
    @Param('logger') logger: string,
    @Body(new JsonBody(SetLevelBody)) { level }: SetLevelBody,
    @Query('scope', new TextParameter()) scope: string | null,
    @Query('worker', new TextParameter()) worker: string | null,
  ): Promise<Reply> {
    if (scope?.toLowerCase() === 'cluster') {
      await this.#loggers.setEverywhere(logger, level);
      return new Reply(204, null);
    }
    return worker === null
      ? new Reply(200, this.#loggers.setHere(logger, level))
      : new Reply(200, await this.#loggers.setAtWorker(worker, logger, level));
  }
}
