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
