import { Decimal } from './decimal.ts';
import { javaParseFloat } from './java-numbers.ts';
import { Float32, INT64_MAX, INT64_MIN, Int16, Int32, Int8 } from './numbers.ts';
import type { ConnectValue } from './schema.ts';

/** Powers of ten from this one on end in 64 zero bits. */
const LOW_BITS = 64;
const SAFE_INTEGER = BigInt(Number.MAX_SAFE_INTEGER);

/** A value that is a java.lang.Number. */
export type JavaNumber = number | bigint | Int8 | Int16 | Int32 | Float32 | Decimal;

/** Whether Java would see a Number; a `number` is a double or, under a schema, a narrower one. */
export function isJavaNumber(value: ConnectValue): value is JavaNumber {
  return (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Int8 ||
    value instanceof Int16 ||
    value instanceof Int32 ||
    value instanceof Float32 ||
    value instanceof Decimal
  );
}

/** `Number.longValue()`: a float's fraction is cut off and its size limited to an int64, other numbers keep their low 64 bits. */
export function javaLongValue(value: JavaNumber): bigint {
  if (typeof value === 'bigint') {
    return BigInt.asIntN(64, value);
  }
  if (value instanceof Decimal) {
    return lowBits(value);
  }
  const number = typeof value === 'number' ? value : value.value;
  if (Number.isNaN(number)) {
    return 0n;
  }
  if (number >= 2 ** 63) {
    return INT64_MAX;
  }
  return number <= -(2 ** 63) ? INT64_MIN : BigInt(Math.trunc(number));
}

/** `Number.intValue()`: as {@link javaLongValue}, with the limits of an int32. */
export function javaIntValue(value: JavaNumber): number {
  if (typeof value === 'bigint' || value instanceof Decimal) {
    return Number(BigInt.asIntN(32, javaLongValue(value)));
  }
  const number = typeof value === 'number' ? value : value.value;
  if (number >= 0x7fffffff) {
    return 0x7fffffff;
  }
  return number <= -0x80000000 ? -0x80000000 : number | 0;
}

/** `Number.doubleValue()`. */
export function javaDoubleValue(value: JavaNumber): number {
  if (value instanceof Decimal) {
    return Number(value.toJavaString()) + 0;
  }
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : value.value;
}

/** `Number.floatValue()`, rounded once. */
export function javaFloatValue(value: JavaNumber): number {
  if (value instanceof Decimal) {
    return javaParseFloat(value.toJavaString()) + 0;
  }
  if (typeof value === 'bigint' && (value > SAFE_INTEGER || value < -SAFE_INTEGER)) {
    return javaParseFloat(value.toString());
  }
  return Math.fround(javaDoubleValue(value));
}

/** The low 64 bits of a decimal's integer part, without computing a power of ten of which none of them is left. */
function lowBits({ unscaled, scale }: Decimal): bigint {
  if (unscaled === 0n || scale <= -LOW_BITS) {
    return 0n;
  }
  if (scale <= 0) {
    return BigInt.asIntN(64, unscaled * 10n ** BigInt(-scale));
  }
  // Each hexadecimal digit is less than 1.21 decimal ones.
  const digits = unscaled.toString(16).length * 1.21;
  return scale > digits ? 0n : BigInt.asIntN(64, unscaled / 10n ** BigInt(scale));
}
