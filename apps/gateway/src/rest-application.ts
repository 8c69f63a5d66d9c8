import type { ResponseHeader } from '@millrace/config';
import { NestFactory } from '@nestjs/core';
import express, { type Express } from 'express';
import type { Logger } from 'pino';
import openApiDocument from '../openapi.json' with { type: 'json' };
import type { GatewayParts } from './gateway-parts.ts';
import { GatewayModule } from './gateway.module.ts';
import { cors, type CorsSettings } from './http/cors.ts';
import { documentation } from './http/documentation.ts';
import { ErrorFilter } from './http/error-filter.ts';
import { NestLog } from './http/nest-log.ts';
import { rawBody } from './http/raw-body.ts';
import { requestGate } from './http/request-gate.ts';
import { responseHeaders } from './http/response-headers.ts';
import { RestAdapter } from './http/rest-adapter.ts';
import { obeyClusterLevels } from './loggers/cluster-levels.ts';
import { withStaleness } from './http/staleness.ts';

export interface RestApplicationOptions {
  readonly parts: GatewayParts;
  readonly cors: CorsSettings;
  readonly responseHeaders: readonly ResponseHeader[];
  /** Folder with Swagger UI's static files. */
  readonly swaggerUi: string;
  readonly logger: Logger;
}

/** The REST API as an Express application, without a listener. */
export interface RestApplication {
  readonly express: Express;
  close(): Promise<void>;
}

/** Wires everything between a request and the services. */
export async function createRestApplication(options: RestApplicationOptions): Promise<RestApplication> {
  obeyClusterLevels(options.parts.configStore, options.parts.levels);
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('case sensitive routing', true);
  const adapter = new RestAdapter(app);
  const nest = await NestFactory.create(
    GatewayModule.over(() => options.parts),
    adapter,
    { bodyParser: false, abortOnError: false, logger: new NestLog(options.logger) },
  );
  app.use((_request, _response, next) => {
    withStaleness(next);
  });
  if (options.responseHeaders.length > 0) {
    app.use(responseHeaders(options.responseHeaders));
  }
  const crossOrigin = cors(options.cors);
  if (crossOrigin !== null) {
    app.use(crossOrigin);
  }
  app.use(documentation(openApiDocument, options.swaggerUi));
  app.use(requestGate(adapter.routes), rawBody());
  nest.useGlobalFilters(new ErrorFilter(options.logger));
  await nest.init();
  return { express: app, close: () => nest.close() };
}
