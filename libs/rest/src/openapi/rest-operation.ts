import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ErrorMessage } from '../dto/message.ts';

type Schema = Readonly<Record<string, unknown>>;

/** An answer of an operation. Leave out `type` and `schema` for one without a body. */
export interface OperationAnswer {
  readonly status: number;
  readonly description: string;
  readonly type?: Type | readonly [Type];
  readonly schema?: Schema;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: Schema }>>;
}

export interface RestOperationOptions {
  /** As in Apache's document. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** The first is what the handler answers unless it says otherwise. */
  readonly answers: readonly [OperationAnswer, ...OperationAnswer[]];
  /** What each 4xx or 5xx of its own means. */
  readonly errors?: Readonly<Record<number, string>>;
  /** DTOs that only `schema` refers to. */
  readonly models?: readonly Type[];
}

/** What any call can be answered. */
const COMMON_ERRORS: Readonly<Record<number, string>> = {
  400: 'The path is malformed',
  404: 'There is no such resource',
  405: 'The resource has no such method',
  406: 'The client accepts no application/json',
  413: 'The body is too large',
  500: 'The operation failed, or took too long',
  503: 'The topics have not been read yet, or the brokers cannot be reached',
};

/** One call of the REST API: its success code, and its part of the OpenAPI document. */
export function RestOperation(options: RestOperationOptions): MethodDecorator {
  const { id, summary, description, answers, errors, models = [] } = options;
  return applyDecorators(
    HttpCode(answers[0].status),
    ApiOperation({ operationId: id, summary, ...(description === undefined ? {} : { description }) }),
    ApiExtraModels(ErrorMessage, ...models),
    ...answers.map(answer),
    ...Object.entries({ ...COMMON_ERRORS, ...errors })
      .filter(([status]) => !answers.some((own) => own.status === Number(status)))
      .map(([status, meaning]) =>
        ApiResponse({
          status: Number(status),
          description: meaning,
          content: { 'application/json': { schema: { $ref: getSchemaPath(ErrorMessage) } } },
        }),
      ),
  );
}

function answer({ status, description, type, schema, headers }: OperationAnswer): MethodDecorator {
  const content = schema ?? (type === undefined ? undefined : schemaOf(type));
  const models =
    type === undefined ? [] : [Array.isArray(type) ? (type as readonly [Type])[0] : (type as Type)];
  return applyDecorators(
    ApiExtraModels(...models),
    ApiResponse({
      status,
      description,
      ...(content === undefined ? {} : { content: { 'application/json': { schema: content } } }),
      ...(headers === undefined ? {} : { headers }),
    }),
  );
}

function schemaOf(type: Type | readonly [Type]): Schema {
  return Array.isArray(type)
    ? { type: 'array', items: { $ref: getSchemaPath((type as readonly [Type])[0]) } }
    : { $ref: getSchemaPath(type as Type) };
}
