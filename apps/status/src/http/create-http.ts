import { fileURLToPath } from 'node:url';
import { shippedSwaggerUi } from '@millrace/launcher';
import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Aggregator } from '../aggregator.ts';
import { ErrorFilter } from './error.filter.ts';
import { openApiDocument } from './openapi-document.ts';
import { StatusModule } from './status.module.ts';

/** Tells how old an answer may be, in milliseconds, while the topics cannot be read (design invariant 3). */
const STALE_HEADER = 'X-Millrace-Stale';

/** The Nest application over an aggregator, initialised and not listening yet. Swagger UI at `/docs`, document at `/openapi.json`. */
export async function createHttp(aggregator: Aggregator, logger: Logger): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    StatusModule.over(() => aggregator),
    {
      logger: false,
      abortOnError: false,
      bodyParser: false,
    },
  );
  app.disable('x-powered-by');
  app.use((_request: Request, response: Response, next: NextFunction) => {
    const staleMs = aggregator.staleMs();
    if (staleMs > 0) {
      response.setHeader(STALE_HEADER, String(staleMs));
    }
    next();
  });
  app.useGlobalFilters(new ErrorFilter(logger));
  const ui = shippedSwaggerUi();
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    customSiteTitle: 'Millrace status aggregator',
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    ...(ui === null ? {} : { customSwaggerUiPath: fileURLToPath(ui) }),
  });
  return app.init();
}
