import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { VERSION } from '../version.ts';

/** The OpenAPI document of the aggregator. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Millrace status aggregator')
    .setDescription(
      'What the connectors, tasks and workers of a Connect cluster are doing, and how that came about.',
    )
    .setVersion(VERSION)
    .build();
  return SwaggerModule.createDocument(app, about);
}
