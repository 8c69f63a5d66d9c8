import { Decimal } from './decimal.ts';
import { javaParseFloat } from './java-numbers.ts';
import { decimalSchema } from './logical-types.ts';
import { Float32, INT64_MAX, INT64_MIN, Int16, Int32, Int8 } from './numbers.ts';
import { Schema, type SchemaAndValue } from './schema.ts';

/** Digits of an integer beyond which it is no int64 for certain. */
const INT64_DIGITS = 19;

/**
 * A number's text as the narrowest type that holds it exactly: an integer (`1.0` and `1e3` are) of 8 to 64 bits, else a float32
 * where it is finite, a float64, a decimal. Narrow ones are wrapper classes. Undefined when the text is no number.
 */
export function parseNumberText(text: string): SchemaAndValue | undefined {
  const decimal = parseDecimal(text);
  if (decimal === undefined) {
    return undefined;
  }
  const integer = int64Of(decimal);
  if (integer !== undefined) {
    return narrowest(integer);
  }
  if (decimal.scale !== 0) {
    const float = javaParseFloat(text);
    if (Number.isFinite(float)) {
      return { schema: Schema.FLOAT32, value: new Float32(float) };
    }
    const double = Number(text);
    if (Number.isFinite(double)) {
      return { schema: Schema.FLOAT64, value: double };
    }
  }
  return { schema: decimalSchema(decimal.scale), value: decimal };
}

function parseDecimal(text: string): Decimal | undefined {
  try {
    return Decimal.parse(text);
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

/** The value of a decimal that is an int64; computes no power of ten that could not be one's. */
function int64Of({ unscaled, scale }: Decimal): bigint | undefined {
  if (unscaled === 0n) {
    return 0n;
  }
  let value = unscaled;
  if (scale < 0) {
    if (scale < -INT64_DIGITS) {
      return undefined;
    }
    value *= 10n ** BigInt(-scale);
  } else if (scale > 0) {
    // With more places than digits there is always a fraction left.
    if (scale > digitsAtMost(unscaled)) {
      return undefined;
    }
    const power = 10n ** BigInt(scale);
    if (unscaled % power !== 0n) {
      return undefined;
    }
    value = unscaled / power;
  }
  return value < INT64_MIN || value > INT64_MAX ? undefined : value;
}

/** An upper bound of the number of decimal digits. */
function digitsAtMost(value: bigint): number {
  return value.toString(16).length * 1.21 + 1;
}

function narrowest(value: bigint): SchemaAndValue {
  if (value === BigInt.asIntN(8, value)) {
    return { schema: Schema.INT8, value: new Int8(Number(value)) };
  }
  if (value === BigInt.asIntN(16, value)) {
    return { schema: Schema.INT16, value: new Int16(Number(value)) };
  }
  if (value === BigInt.asIntN(32, value)) {
    return { schema: Schema.INT32, value: new Int32(Number(value)) };
  }
  return { schema: Schema.INT64, value };
}
