import type { ConfigParsed, ConfigValue, Props } from '@millrace/connect-api';

/** The checked values of a connector's keys, to which later rules add errors. */
export class CheckedValues {
  readonly #values = new Map<string, ConfigValue>();

  constructor(values: readonly ConfigValue[]) {
    for (const value of values) {
      this.#values.set(value.name, value);
    }
  }

  all(): readonly ConfigValue[] {
    return [...this.#values.values()];
  }

  get(name: string): ConfigValue | undefined {
    return this.#values.get(name);
  }

  /** Whether the key is defined and right so far. */
  isValid(name: string): boolean {
    return this.#values.get(name)?.errors.length === 0;
  }

  /** Adds an error; a key that is not defined appears with `value`. */
  addError(name: string, message: string, value: ConfigParsed = null): void {
    const known = this.#values.get(name) ?? { name, value, recommendedValues: [], errors: [], visible: true };
    known.errors.push(message);
    this.#values.set(name, known);
  }

  /** null is no value in a configuration; the key of a plugin's own settings says so itself. */
  refuseNulls(props: Props): void {
    for (const [name, value] of Object.entries(props)) {
      if (value === null) {
        this.addError(name, 'Null value can not be supplied as the configuration value.');
      }
    }
  }
}
