import 'reflect-metadata';
import { documentBase, freeAnyValues, nameEnumConstants } from '@millrace/rest';
import { NestFactory } from '@nestjs/core';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { GatewayModule } from './gateway.module.ts';

/** The OpenAPI document of the REST API; needs neither brokers nor a port, since nothing is instantiated. */
export async function openApiDocument(): Promise<OpenAPIObject> {
  const nest = await NestFactory.create(
    GatewayModule.over(() => {
      throw new Error('a preview makes no services');
    }),
    { preview: true, abortOnError: false, logger: false, bodyParser: false },
  );
  return freeAnyValues(nameEnumConstants(SwaggerModule.createDocument(nest, documentBase())));
}
