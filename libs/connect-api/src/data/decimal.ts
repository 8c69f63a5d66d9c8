import { DataError } from '../errors.ts';

const MAX_PLAIN_SCALE = 10_000_000;

/** An arbitrary-precision decimal: `unscaled * 10^-scale`, as java.math.BigDecimal. */
export class Decimal {
  readonly unscaled: bigint;
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /**
   * Parses a plain or exponent decimal text, keeping its scale; throws a RangeError that names the text if it is none,
   * or its scale is no int32.
   */
  static parse(text: string): Decimal {
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
    const whole = match?.[2] ?? '';
    const fraction = match?.[3] ?? '';
    if (match === null || (whole === '' && fraction === '')) {
      throw new RangeError(`Not a decimal number: ${text}`);
    }
    const digits = BigInt(`${whole}${fraction}`);
    const scale = fraction.length - Number(match[4] ?? '0');
    if (!(scale >= -0x80000000 && scale <= 0x7fffffff)) {
      throw new RangeError(`The exponent of ${text} is too large`);
    }
    return new Decimal(match[1] === '-' ? -digits : digits, scale);
  }

  /** The number whose unscaled value is a big-endian two's complement, as Connect's Decimal schema stores it. */
  static fromUnscaledBytes(bytes: Uint8Array, scale: number): Decimal {
    if (bytes.length === 0) {
      throw new RangeError('Zero length BigInteger');
    }
    const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
    return new Decimal(BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`)), scale);
  }

  /** The unscaled value as the shortest big-endian two's complement (BigInteger.toByteArray). */
  unscaledBytes(): Buffer {
    const { unscaled } = this;
    const magnitude = unscaled < 0n ? ~unscaled : unscaled;
    const bits = magnitude === 0n ? 0 : magnitude.toString(16).length * 4;
    let bytes = Math.max(1, Math.ceil(bits / 8));
    if (BigInt.asIntN(bytes * 8, unscaled) !== unscaled) {
      bytes += 1;
    }
    const hex = BigInt.asUintN(bytes * 8, unscaled)
      .toString(16)
      .padStart(bytes * 2, '0');
    return Buffer.from(hex, 'hex');
  }

  /**
   * Plain notation without an exponent, as BigDecimal.toPlainString. Throws DataError for a number of more than ten million
   * zeros, which a few bytes of text can ask for.
   */
  toString(): string {
    if (Math.abs(this.scale) > MAX_PLAIN_SCALE) {
      throw new DataError(`${this.toJavaString()} is too long to be written without an exponent`);
    }
    if (this.scale <= 0) {
      return (this.unscaled * 10n ** BigInt(-this.scale)).toString();
    }
    const negative = this.unscaled < 0n;
    const digits = (negative ? -this.unscaled : this.unscaled).toString().padStart(this.scale + 1, '0');
    const point = digits.length - this.scale;
    return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
  }

  /** With an exponent where BigDecimal.toString has one (negative scales, more than six zeros after the point): `1.000E-7`. */
  toJavaString(): string {
    const exponent = this.scale;
    const negative = this.unscaled < 0n;
    const digits = (negative ? -this.unscaled : this.unscaled).toString();
    const adjusted = digits.length - 1 - exponent;
    if (exponent >= 0 && adjusted >= -6) {
      return this.toString();
    }
    const mantissa = digits.length > 1 ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits;
    const sign = adjusted > 0 ? '+' : '';
    return `${negative ? '-' : ''}${mantissa}${adjusted === 0 ? '' : `E${sign}${adjusted}`}`;
  }

  equals(other: Decimal): boolean {
    return this.unscaled === other.unscaled && this.scale === other.scale;
  }
}
