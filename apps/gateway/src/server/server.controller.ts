import { RestOperation, ServerInfo, WorkerStatus } from '@millrace/rest';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Reply } from '../http/reply.ts';
import { Health } from './health.ts';

/** `/` and `/health` */
@ApiTags('server')
@Controller()
export class ServerController {
  readonly #health: Health;

  constructor(@Inject(Health) health: Health) {
    this.#health = health;
  }

  @Get()
  @RestOperation({
    id: 'serverInfo',
    summary: 'Version, and the Kafka cluster',
    answers: [{ status: 200, description: 'What the server is', type: ServerInfo }],
  })
  info(): Promise<ServerInfo> {
    return this.#health.info();
  }

  @Get('health')
  @RestOperation({
    id: 'healthCheck',
    summary: 'Whether the server can do its work',
    answers: [
      { status: 200, description: 'It can', type: WorkerStatus },
      { status: 503, description: 'It is still starting', type: WorkerStatus },
      { status: 500, description: 'It cannot', type: WorkerStatus },
    ],
  })
  async health(): Promise<Reply> {
    const { code, status } = await this.#health.check();
    return new Reply(code, status);
  }
}
