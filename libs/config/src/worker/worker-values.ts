import type { ConfigParsed } from '@millrace/connect-api';

/** Parsed settings, read by the type that their key has. Asking for one of another type is a mistake of ours. */
export class WorkerValues {
  readonly #values: Readonly<Record<string, ConfigParsed>>;

  constructor(values: Readonly<Record<string, ConfigParsed>>) {
    this.#values = values;
  }

  text(key: string): string {
    return this.textOrNull(key) ?? '';
  }

  textOrNull(key: string): string | null {
    const value = this.#get(key);
    if (value !== null && typeof value !== 'string') {
      throw mistaken(key, 'text');
    }
    return value;
  }

  flag(key: string): boolean {
    const value = this.#get(key);
    if (typeof value !== 'boolean') {
      throw mistaken(key, 'a boolean');
    }
    return value;
  }

  /** INT, SHORT and LONG alike; a LONG past 2^53 stands for "for ever" and is rounded. */
  number(key: string): number {
    const value = this.numberOrNull(key);
    if (value === null) {
      throw mistaken(key, 'a number');
    }
    return value;
  }

  numberOrNull(key: string): number | null {
    const value = this.#get(key);
    if (value !== null && typeof value !== 'number' && typeof value !== 'bigint') {
      throw mistaken(key, 'a number');
    }
    return value === null ? null : Number(value);
  }

  list(key: string): readonly string[] {
    return this.listOrNull(key) ?? [];
  }

  listOrNull(key: string): readonly string[] | null {
    const value = this.#get(key);
    if (value !== null && !Array.isArray(value)) {
      throw mistaken(key, 'a list');
    }
    return value as readonly string[] | null;
  }

  #get(key: string): ConfigParsed {
    return this.#values[key] ?? null;
  }
}

function mistaken(key: string, type: string): TypeError {
  return new TypeError(`The worker setting ${key} is not ${type}`);
}
