import { applyDecorators } from '@nestjs/common';
import {
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
} from '@nestjs/swagger';
import { ErrorDto } from './dto/server.dto.ts';

interface Documentation {
  readonly id: string;
  readonly summary: string;
  readonly type: (new () => object) | readonly [new () => object];
}

const STALE_HEADER = {
  'X-Millrace-Stale': {
    description: 'Milliseconds since the topics could last be read; absent while all is well',
    schema: { type: 'integer' },
  },
} as const;

/** An operation that answers from what the topics say. */
export function Documented({ id, summary, type }: Documentation): MethodDecorator {
  const [item, isArray] = typeof type === 'function' ? [type, false] : [type[0], true];
  return applyDecorators(
    ApiOperation({ operationId: id, summary }),
    ApiOkResponse({ type: item, isArray, headers: STALE_HEADER }),
  );
}

/** One that cannot answer before the topics have been read once. */
export const ApiNotReady = (): MethodDecorator =>
  ApiServiceUnavailableResponse({
    type: ErrorDto,
    description: 'The topics have not been read since the start yet',
  });

export const ApiNoSuchConnector = (): MethodDecorator =>
  ApiNotFoundResponse({ type: ErrorDto, description: 'There is no such connector' });
