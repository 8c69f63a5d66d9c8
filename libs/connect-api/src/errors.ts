/**
 * Typed errors of the plugin SDK. A plugin throws one of these to say what the runtime should do; anything
 * else that is thrown counts as a `ConnectError` that is not retriable. Semantics: spec/runtime.md sections 3, 5, 6.
 */
export interface ConnectErrorOptions {
  readonly cause?: unknown;
}

/** Base of all errors a plugin or the framework raises. Not retriable: the task that throws it is FAILED. */
export class ConnectError extends Error {
  /** Stable machine-readable code, one per class. */
  readonly code: string = 'CONNECT_ERROR';
  /** Whether the same call may be repeated with the same arguments. */
  readonly retriable: boolean = false;
  /** The JVM's class of the same meaning, shown where JVM clients expect a class name. */
  readonly javaClass: string = 'org.apache.kafka.connect.errors.ConnectException';

  constructor(message: string, options?: ConnectErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/**
 * The call may succeed if repeated unchanged. From `poll()`: treated as "no records now". From `put()`: the same
 * batch is put again after a pause. From a converter or transform: retried within `errors.retry.timeout`.
 */
export class RetriableError extends ConnectError {
  override readonly code: string = 'RETRIABLE';
  override readonly retriable: boolean = true;
  override readonly javaClass: string = 'org.apache.kafka.connect.errors.RetriableException';
}

/** A record, schema or value is not what it should be. Tolerable by `errors.tolerance=all` in converters and transforms. */
export class DataError extends ConnectError {
  override readonly code: string = 'DATA';
  override readonly javaClass: string = 'org.apache.kafka.connect.errors.DataException';
}

/** A schema was built wrongly (duplicate field, default of the wrong type, …). */
export class SchemaBuilderError extends DataError {
  override readonly code: string = 'SCHEMA_BUILDER';
  override readonly javaClass: string = 'org.apache.kafka.connect.errors.SchemaBuilderException';
}

/** A configuration value is missing or not acceptable; `key` names it where one key is to blame. */
export class ConfigError extends ConnectError {
  override readonly code: string = 'CONFIG';
  override readonly javaClass: string = 'org.apache.kafka.common.config.ConfigException';
  readonly key: string | undefined;

  constructor(message: string, options?: ConnectErrorOptions & { readonly key?: string }) {
    super(message, options);
    this.key = options?.key;
  }

  /** The JVM's wording for a value that is not acceptable: `Invalid value V for configuration K: reason`. */
  static invalidValue(key: string, value: unknown, reason?: string): ConfigError {
    const tail = reason === undefined ? '' : `: ${reason}`;
    return new ConfigError(`Invalid value ${String(value)} for configuration ${key}${tail}`, { key });
  }
}

/** Turns whatever was thrown into an `Error`, keeping one that already is. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new ConnectError(String(thrown));
}
