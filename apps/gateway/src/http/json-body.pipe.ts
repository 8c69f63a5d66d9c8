import { readBody, type BodyClass, type RawBody } from '@millrace/rest';
import type { PipeTransform } from '@nestjs/common';

/** Makes a checked DTO of the raw body: `@Body(new JsonBody(CreateConnectorRequest))`. */
export class JsonBody<T extends object> implements PipeTransform<RawBody, T> {
  readonly #bodyClass: BodyClass<T>;

  constructor(bodyClass: BodyClass<T>) {
    this.#bodyClass = bodyClass;
  }

  transform(body: RawBody): T {
    return readBody(body, this.#bodyClass);
  }
}
