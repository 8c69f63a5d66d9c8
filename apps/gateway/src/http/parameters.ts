import { frameworkMessage, NotFoundError } from '@millrace/rest';
import type { PipeTransform } from '@nestjs/common';

const INT32_MAX = 2 ** 31 - 1;

/** A task number of a path: what is no int is no resource; negative ones pass and are not found later. */
export class TaskNumber implements PipeTransform<string, number> {
  transform(text: string): number {
    const task = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(Math.abs(task) <= INT32_MAX)) {
      throw new NotFoundError(frameworkMessage(404));
    }
    return task;
  }
}

type QueryValue = string | readonly string[] | undefined;

/** A boolean of a query: true only for `true`, in any case. Of several, the first counts. */
export class BooleanFlag implements PipeTransform<QueryValue, boolean> {
  readonly #absent: boolean;

  constructor(absent = false) {
    this.#absent = absent;
  }

  transform(value: QueryValue): boolean {
    const text = firstOf(value);
    return text === undefined ? this.#absent : text.toLowerCase() === 'true';
  }
}

/** Text of a query; of several, the first. */
export class TextParameter implements PipeTransform<QueryValue, string | null> {
  transform(value: QueryValue): string | null {
    return firstOf(value) ?? null;
  }
}

/** All values of a repeatable query parameter; null when it is absent. */
export class RepeatedParameter implements PipeTransform<QueryValue, readonly string[] | null> {
  transform(value: QueryValue): readonly string[] | null {
    return value === undefined ? null : typeof value === 'string' ? [value] : value;
  }
}

function firstOf(value: QueryValue): string | undefined {
  return typeof value === 'string' || value === undefined ? value : value[0];
}
