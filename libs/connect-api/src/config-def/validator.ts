import type { ConfigParsed } from './config-value.ts';

/** Checks a parsed value; throws ConfigError (use `ConfigError.invalidValue`) when it is not acceptable. */
export interface Validator {
  ensureValid(name: string, value: ConfigParsed): void;
  /** What is accepted, as the JVM prints it, e.g. `[1,...]`. */
  toString(): string;
  /** Of lists: `parse` drops entries given twice before the check, while `validate` reports them, as in the JVM. */
  readonly dropsDuplicates?: boolean;
}
