import { ApiHeader, ApiParam, ApiQuery } from '@nestjs/swagger';

/** `{connector}` of a path. */
export const ConnectorParam = (): MethodDecorator =>
  ApiParam({ name: 'connector', description: 'Name of the connector', schema: { type: 'string' } });

/** `{task}` of a path. */
export const TaskParam = (): MethodDecorator =>
  ApiParam({ name: 'task', description: 'Number of the task', schema: { type: 'integer', format: 'int32' } });

/** A query parameter that is false unless it is `true` in any case. */
export const BooleanQuery = (name: string, description: string): MethodDecorator =>
  ApiQuery({ name, description, required: false, schema: { type: 'boolean', default: false } });

/** `If-Match` and `If-None-Match` of a configuration. */
export const IfMatchHeader = (name: 'If-Match' | 'If-None-Match', description: string): MethodDecorator =>
  ApiHeader({ name, description, required: false, schema: { type: 'string' } });
