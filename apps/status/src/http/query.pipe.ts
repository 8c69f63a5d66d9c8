import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

/** Reads query parameters into a DTO class; 400 names what is wrong, a parameter nobody knows included. */
export class QueryPipe<T extends object> implements PipeTransform<unknown, T> {
  readonly #dto: new () => T;

  constructor(dto: new () => T) {
    this.#dto = dto;
  }

  transform(value: unknown): T {
    const query = plainToInstance(this.#dto, value, { exposeDefaultValues: true });
    const errors = validateSync(query, { whitelist: true, forbidNonWhitelisted: true });
    if (errors.length > 0) {
      const reasons = errors.flatMap(({ constraints }) => Object.values(constraints ?? {}));
      throw new BadRequestException(reasons.join('; '));
    }
    return query;
  }
}
