import { Decimal } from './decimal.ts';

/** Prints a float64 as java.lang.Double.toString and Jackson do: `1.0`, `1.0E21`, `NaN`. */
export function javaDoubleToString(value: number): string {
  return javaNumber(value, String(value));
}

/** Prints a float32 as java.lang.Float.toString does: the fewest digits that read back as the same float. */
export function javaFloatToString(value: number): string {
  for (let digits = 1; digits <= 9; digits += 1) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) {
      return javaNumber(value, String(Number(text)));
    }
  }
  return javaNumber(value, String(value));
}

/** `text`: the shortest decimal digits in JavaScript's notation. */
function javaNumber(value: number, text: string): string {
  if (!Number.isFinite(value)) {
    return text;
  }
  if (value === 0) {
    return Object.is(value, -0) ? '-0.0' : '0.0';
  }
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    return text.includes('.') ? text : `${text}.0`;
  }
  const [mantissa = '', exponent = '0'] = value
    .toExponential(Math.max(0, significantDigits(text) - 1))
    .split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

function significantDigits(text: string): number {
  const digits = text.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '');
  return /[.]/.test(text) ? digits.length : digits.replace(/0+$/, '').length;
}

const FLOAT_BITS = new DataView(new ArrayBuffer(8));

/**
 * The float32 nearest to a decimal text, as Float.parseFloat and BigDecimal.floatValue. Rounding to a float64 first would be
 * wrong by one unit where that lands exactly between two floats.
 */
export function javaParseFloat(text: string): number {
  const double = Number(text);
  const float = Math.fround(double);
  if (float === double || !Number.isFinite(double) || !isBetweenFloats(double)) {
    return float;
  }
  const exact = Decimal.parse(text);
  const order = compareToDouble(exact, double);
  if (order === 0) {
    return float;
  }
  FLOAT_BITS.setFloat64(0, double);
  const bits = FLOAT_BITS.getBigUint64(0);
  // One unit of a float64 to the side on which the text lies decides which float is nearer.
  const outwards = order > 0 === double > 0;
  FLOAT_BITS.setBigUint64(0, outwards ? bits + 1n : bits - 1n);
  return Math.fround(FLOAT_BITS.getFloat64(0));
}

/** Whether a float64 is exactly in the middle of two floats. */
function isBetweenFloats(double: number): boolean {
  const float = Math.fround(double);
  // For rounding, the next power of two lies past the largest float.
  const nearest = Number.isFinite(float) ? float : Math.sign(double) * 2 ** 128;
  FLOAT_BITS.setFloat32(0, float);
  const bits = FLOAT_BITS.getUint32(0);
  FLOAT_BITS.setUint32(0, Math.abs(double) > Math.abs(nearest) ? bits + 1 : bits - 1);
  const neighbour = FLOAT_BITS.getFloat32(0);
  const other = Number.isFinite(neighbour) ? neighbour : Math.sign(double) * 2 ** 128;
  return Math.abs(double - nearest) === Math.abs(other - double);
}

function compareToDouble(decimal: Decimal, double: number): number {
  FLOAT_BITS.setFloat64(0, double);
  const bits = FLOAT_BITS.getBigUint64(0);
  const exponentBits = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = exponentBits === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = Math.max(1, exponentBits) - 1075;
  const signed = double < 0 ? -mantissa : mantissa;
  // decimal = unscaled / 10^scale against signed * 2^exponent, with no fraction on either side.
  let left = decimal.unscaled;
  let right = signed;
  if (decimal.scale > 0) {
    right *= 10n ** BigInt(decimal.scale);
  } else {
    left *= 10n ** BigInt(-decimal.scale);
  }
  if (exponent > 0) {
    right <<= BigInt(exponent);
  } else {
    left <<= BigInt(-exponent);
  }
  return left === right ? 0 : left > right ? 1 : -1;
}
