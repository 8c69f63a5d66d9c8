import {
  DataError,
  dateToDays,
  Decimal,
  javaClassName,
  SCALE_PARAMETER,
  timeToMillis,
  type ConnectValue,
  type Schema,
} from '@millrace/connect-api';

/** Prints a Date (days since the epoch). */
export function encodeDate(value: ConnectValue): string {
  return value instanceof Date ? String(dateToDays(checked(value))) : notDate('Date', value);
}

/** Prints a Time (milliseconds of the day). */
export function encodeTime(value: ConnectValue): string {
  return value instanceof Date ? String(timeToMillis(checked(value))) : notDate('Time', value);
}

/** Prints a Timestamp (milliseconds since the epoch). */
export function encodeTimestamp(value: ConnectValue): string {
  return value instanceof Date ? String(checked(value).getTime()) : notDate('Timestamp', value);
}

function checked(date: Date): Date {
  if (Number.isNaN(date.getTime())) {
    throw new DataError('An invalid Date is no date, time or timestamp');
  }
  return date;
}

function notDate(type: string, value: ConnectValue): never {
  throw new DataError(`Invalid type for ${type}, expected Date but was class ${javaClassName(value)}`);
}

/** Prints a Decimal: as BASE64 of its unscaled value, which must have the schema's scale, or as a number of any scale. */
export function logicalDecimalEncoder(
  schema: Schema,
  format: 'BASE64' | 'NUMERIC',
): (value: ConnectValue) => string {
  if (format === 'NUMERIC') {
    return (value) => decimal(value).toJavaString();
  }
  let scale: number | undefined;
  return (value) => {
    const number = decimal(value);
    scale ??= scaleOf(schema);
    if (number.scale !== scale) {
      throw new DataError(
        'Decimal value has mismatching scale for given Decimal schema. ' +
          `Schema has scale ${scale}, value has scale ${number.scale}.`,
      );
    }
    return `"${number.unscaledBytes().toString('base64')}"`;
  };
}

function decimal(value: ConnectValue): Decimal {
  if (!(value instanceof Decimal)) {
    throw new DataError(
      `Invalid type for Decimal, expected BigDecimal but was class ${javaClassName(value)}`,
    );
  }
  return value;
}

/** The scale that a Decimal schema has; throws DataError where it has none or it is no integer. */
export function scaleOf(schema: Schema): number {
  const text = schema.parameters?.get(SCALE_PARAMETER);
  if (text === undefined) {
    throw new DataError('Invalid Decimal schema: scale parameter not found.');
  }
  const scale = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(scale) || Math.abs(scale) > 0x7fffffff) {
    throw new DataError(`Invalid scale parameter found in Decimal schema: ${text}`);
  }
  return scale;
}
