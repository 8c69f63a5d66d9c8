import { Decimal } from './decimal.ts';

/** Prints a float64 as java.lang.Double.toString and Jackson do: `1.0`, `1.0E21`, `NaN` (JDK 19 and later). */
export function javaDoubleToString(value: number): string {
  if (Number.isInteger(value) && value < 1e7 && value > -1e7) {
    return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  }
  return javaNotation(value, String(value));
}

/** Prints a float32 as java.lang.Float.toString does: the fewest digits that read back as the same float. */
export function javaFloatToString(value: number): string {
  if (Number.isInteger(value) && value < 1e7 && value > -1e7) {
    return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  }
  return Number.isFinite(value) ? javaNotation(value, shortestFloat(value)) : String(value);
}

/** Digits with which any two different floats differ. */
const FLOAT_DIGITS = 9;
/** Digits of a decimal that a float always keeps, if it is not smaller than the smallest normal one. */
const KEPT_FLOAT_DIGITS = 6;
const SMALLEST_NORMAL_FLOAT = 2 ** -126;

function shortestFloat(value: number): string {
  const fewest = Math.abs(value) < SMALLEST_NORMAL_FLOAT ? 1 : KEPT_FLOAT_DIGITS;
  for (let digits = fewest; digits < FLOAT_DIGITS; digits += 1) {
    const text = roundedHalfEven(value, digits);
    if (Math.fround(Number(text)) === value) {
      return String(Number(text));
    }
    const other = farSide(value, digits);
    if (other !== undefined) {
      return other;
    }
  }
  return String(Number(value.toPrecision(FLOAT_DIGITS)));
}

/** The nearest decimal of so many digits; of two that are equally near the one that ends in an even digit, where `toPrecision` takes the larger. */
function roundedHalfEven(value: number, digits: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(digits).split('e');
  const tie = mantissa.endsWith('5') && Number(`${mantissa}e${exponent}`) === value;
  const even = tie && Number(mantissa.replace('.', '').slice(-2, -1)) % 2 === 0;
  return even ? `${mantissa.slice(0, -1)}e${exponent}` : value.toPrecision(digits);
}

/**
 * Above a power of two floats lie twice as far apart as below it, so that the nearest decimal of so many digits may be none of the
 * float's, and the one on its other side is.
 */
function farSide(value: number, digits: number): string | undefined {
  FLOAT_BITS.setFloat32(0, value);
  if ((FLOAT_BITS.getUint32(0) & 0x7fffff) !== 0) {
    return undefined;
  }
  const [mantissa = '', exponent = '0'] = value.toExponential(digits - 1).split('e');
  const unit = BigInt(mantissa.replace('.', '')) + (value > 0 ? 1n : -1n);
  const text = `${unit}e${Number(exponent) - digits + 1}`;
  return Math.fround(Number(text)) === value ? String(Number(text)) : undefined;
}

/** `text`: the digits to print, in JavaScript's notation. */
function javaNotation(value: number, text: string): string {
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    return text;
  }
  if (!Number.isFinite(value)) {
    return text;
  }
  const { digits, exponent } = scientific(text);
  if (digits.length === 1) {
    // Where one digit would do Java prints the nearest decimal of two, which is another one among the smallest numbers.
    const [nearest = '', power = '0'] = value.toExponential(1).split('e');
    return `${nearest}E${Number(power)}`;
  }
  return `${value < 0 ? '-' : ''}${digits.slice(0, 1)}.${digits.slice(1)}E${exponent}`;
}

/** The significant digits of a number's text and the power of ten of the first one. */
function scientific(text: string): { digits: string; exponent: number } {
  const [mantissa = '', power = '0'] = text.replace(/^-/, '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = `${whole}${fraction}`;
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  return {
    digits: all.slice(leading).replace(/0+$/, ''),
    exponent: Number(power) + whole.length - 1 - leading,
  };
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
