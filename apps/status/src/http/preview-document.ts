import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { openApiDocument } from './openapi-document.ts';
import { StatusModule } from './status.module.ts';

/** The OpenAPI document, from an application that runs nothing. */
export async function previewDocument(): Promise<OpenAPIObject> {
  const module = StatusModule.over(() => {
    throw new Error('A preview runs nothing');
  });
  const app = await NestFactory.create(module, { preview: true, logger: false, abortOnError: false });
  try {
    return openApiDocument(app);
  } finally {
    await app.close();
  }
}
