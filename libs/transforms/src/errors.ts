import { DataError } from '@millrace/connect-api';

/** A path leads to no field of the schema. Shown as the JVM's class, which it throws in the same place. */
export class UnknownFieldError extends DataError {
  override readonly code = 'UNKNOWN_FIELD';
  override readonly javaClass = 'java.lang.IllegalArgumentException';
  readonly field: string;

  constructor(field: string) {
    super(`Unknown field: ${field}`);
    this.field = field;
  }
}

/** HeaderFrom was to take a field that the schema does not have. The JVM fails with a NullPointerException. */
export class MissingHeaderFieldError extends DataError {
  override readonly code = 'MISSING_HEADER_FIELD';
  override readonly javaClass = 'java.lang.NullPointerException';
  readonly field: string;

  constructor(field: string) {
    super(`The schema has no field ${field} to take into a header`);
    this.field = field;
  }
}

/** A text was to be read as a timestamp, but `format` is not set. The JVM fails with a NullPointerException. */
export class MissingFormatError extends DataError {
  override readonly code = 'MISSING_FORMAT';
  override readonly javaClass = 'java.lang.NullPointerException';

  constructor(text: string) {
    super(`Reading the timestamp ${text} needs the setting 'format'`);
  }
}

/** A replacement refers to a group that its regular expression does not have. */
export class NoSuchGroupError extends DataError {
  override readonly code = 'NO_SUCH_GROUP';
  override readonly javaClass = 'java.lang.IndexOutOfBoundsException';
  readonly group: number;

  constructor(group: number) {
    super(`No group ${group}`);
    this.group = group;
  }
}

/** A replacement is malformed, or names a group that does not exist. */
export class IllegalReplacementError extends DataError {
  override readonly code = 'ILLEGAL_REPLACEMENT';
  override readonly javaClass = 'java.lang.IllegalArgumentException';
}
