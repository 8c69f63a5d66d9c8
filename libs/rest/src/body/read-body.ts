import { validateSync, type ValidationError } from 'class-validator';
import { MalformedBodyError, UnsupportedMediaTypeError, type RestError } from '../errors/rest-error.ts';
import { firstJsonValue } from './first-json-value.ts';

/** A request's body as it came. */
export interface RawBody {
  readonly contentType: string | undefined;
  readonly bytes: Buffer;
}

/** A DTO class of a request body: `parse` makes an instance of JSON text, its decorators say what it must be. */
export interface BodyClass<T extends object> {
  /** How messages call it, and what an absent body misses. */
  readonly describedAs: string;
  /** What a body that is not like that is refused with; MalformedBodyError, as the JVM answers, when left out. */
  readonly malformedIs?: new (message: string, options: { readonly cause: Error }) => RestError;
  parse(text: string): T;
}

/**
 * Reads and checks a body (spec/rest.md section 1). Throws UnsupportedMediaTypeError, or MalformedBodyError when it is absent,
 * no JSON, or not what the class says.
 */
export function readBody<T extends object>(body: RawBody, bodyClass: BodyClass<T>): T {
  try {
    return read(body, bodyClass);
  } catch (error) {
    const { malformedIs: Refusal } = bodyClass;
    throw error instanceof MalformedBodyError && Refusal !== undefined
      ? new Refusal(error.message, { cause: error })
      : error;
  }
}

function read<T extends object>(body: RawBody, bodyClass: BodyClass<T>): T {
  if (body.bytes.length > 0 && mediaType(body.contentType) !== 'application/json') {
    throw new UnsupportedMediaTypeError();
  }
  const text = firstJsonValue(body.bytes.toString('utf8'));
  if (text === '' || text === 'null') {
    throw new MalformedBodyError(`The request has no body; ${bodyClass.describedAs} is needed`);
  }
  const instance = bodyClass.parse(text);
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
  if (errors.length > 0) {
    const messages = errors.flatMap(messagesOf);
    throw new MalformedBodyError(`The request body is not ${bodyClass.describedAs}: ${messages.join('; ')}`);
  }
  return instance;
}

function messagesOf({ constraints, children }: ValidationError): readonly string[] {
  return [...Object.values(constraints ?? {}), ...(children ?? []).flatMap(messagesOf)];
}

function mediaType(contentType: string | undefined): string {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
