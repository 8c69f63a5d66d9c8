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

/** An arbitrary-precision decimal: `unscaled * 10^-scale`, as java.math.BigDecimal. */
export class Decimal {
  readonly unscaled: bigint;
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /** Parses a plain or exponent decimal text; throws a RangeError that names the text if it is none. */
  static parse(text: string): Decimal {
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
    const whole = match?.[2] ?? '';
    const fraction = match?.[3] ?? '';
    if (match === null || (whole === '' && fraction === '')) {
      throw new RangeError(`Not a decimal number: ${text}`);
    }
    const digits = BigInt(`${whole}${fraction}`);
    const scale = fraction.length - Number(match[4] ?? '0');
    return new Decimal(match[1] === '-' ? -digits : digits, scale);
  }

  /** Plain notation without an exponent, as BigDecimal.toPlainString. */
  toString(): string {
    if (this.scale <= 0) {
      return (this.unscaled * 10n ** BigInt(-this.scale)).toString();
    }
    const negative = this.unscaled < 0n;
    const digits = (negative ? -this.unscaled : this.unscaled).toString().padStart(this.scale + 1, '0');
    const point = digits.length - this.scale;
    return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
  }

  equals(other: Decimal): boolean {
    return this.unscaled === other.unscaled && this.scale === other.scale;
  }
}

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;
