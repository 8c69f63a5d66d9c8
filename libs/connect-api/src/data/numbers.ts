/**
 * The number model (design invariant 8, docs/decisions/0002). In JavaScript:
 *
 * - `bigint` is an int64, with or without a schema;
 * - `number` without a schema is a float64, so `1` prints as `1.0`; under a schema of int8, int16, int32,
 *   float32 or float64 it is a value of that type;
 * - the narrow types that JVM plugins put into schemaless data (java.lang.Byte, Short, Integer, Float) are the
 *   wrapper classes below. No JSON text yields them; casts and header literals do.
 */
abstract class NarrowNumber {
  readonly value: number;
  protected constructor(value: number) {
    this.value = value;
  }
  valueOf(): number {
    return this.value;
  }
  toString(): string {
    return String(this.value);
  }
}

/** A schemaless 8-bit integer. The constructor narrows as Java does: 300 becomes 44. */
export class Int8 extends NarrowNumber {
  readonly type = 'int8' as const;
  constructor(value: number) {
    super((value << 24) >> 24);
  }
}

/** A schemaless 16-bit integer, narrowed as Java does. */
export class Int16 extends NarrowNumber {
  readonly type = 'int16' as const;
  constructor(value: number) {
    super((value << 16) >> 16);
  }
}

/** A schemaless 32-bit integer, narrowed as Java does. */
export class Int32 extends NarrowNumber {
  readonly type = 'int32' as const;
  constructor(value: number) {
    super(value | 0);
  }
}

/** A schemaless 32-bit float, rounded to the nearest one. */
export class Float32 extends NarrowNumber {
  readonly type = 'float32' as const;
  constructor(value: number) {
    super(Math.fround(value));
  }
}

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;
