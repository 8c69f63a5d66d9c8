import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { CONFIG_MAP } from './config-map.ts';

/** The JSON body of a call in the document: a DTO, or a configuration. */
export function RestBody(type: Type | 'config'): MethodDecorator {
  return applyDecorators(
    ApiConsumes('application/json'),
    ...(type === 'config' ? [] : [ApiExtraModels(type)]),
    ApiBody({ required: true, schema: type === 'config' ? CONFIG_MAP : { $ref: getSchemaPath(type) } }),
  );
}
