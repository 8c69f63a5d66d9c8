/** The check of one key (the JVM's ConfigValue): what was given, what else could be, and what is wrong with it. */
export interface ConfigValue {
  readonly name: string;
  /** The parsed value; null where it could not be parsed or was not given and has no default. */
  value: ConfigParsed;
  recommendedValues: readonly ConfigParsed[];
  readonly errors: string[];
  visible: boolean;
}

/** A parsed configuration value: LONG is `bigint`, LIST is an array, PASSWORD is a {@link Password}. */
export type ConfigParsed = null | string | boolean | number | bigint | readonly string[] | Password;

/** A secret: prints as `[hidden]` everywhere; `reveal()` is the one way to read it (design invariant 6). */
export class Password {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  reveal(): string {
    return this.#secret;
  }

  toString(): string {
    return '[hidden]';
  }

  toJSON(): string {
    return '[hidden]';
  }
}
