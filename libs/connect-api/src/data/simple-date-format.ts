import { calendarFields, type CalendarFields } from './java-calendar.ts';
import { ERAS, HALF_DAYS, MONTHS, shortName, WEEKDAYS } from './date-names.ts';
import { parseDate } from './parse-date.ts';
import { parseDatePattern, type PatternLetter, type PatternPiece } from './date-pattern.ts';
import { dateFromMillis } from './logical-types.ts';

/** Years from now at which two-digit years end to mean this century, and 100 years before it begin to. */
const CENTURY_START_YEARS_AGO = 80;

/**
 * java.text.SimpleDateFormat in UTC and English: what TimestampConverter, TimestampRouter and header literals are defined by. The
 * constructor throws RangeError, with Java's message, for a pattern that is none.
 */
export class SimpleDateFormat {
  readonly #pieces: readonly PatternPiece[];
  readonly #centuryStart: Date;

  /** `now`: decides which century a year of two digits belongs to: from 80 years before it to 20 after. */
  constructor(pattern: string, now: Date = new Date()) {
    this.#pieces = parseDatePattern(pattern);
    this.#centuryStart = new Date(now);
    this.#centuryStart.setUTCFullYear(now.getUTCFullYear() - CENTURY_START_YEARS_AGO);
  }

  /** Prints a date. */
  format(date: Date): string {
    const fields = calendarFields(date.getTime());
    let text = '';
    for (const piece of this.#pieces) {
      text += piece.literal ?? formatField(fields, piece.letter, piece.count);
    }
    return text;
  }

  /**
   * Reads a date from the beginning of a text, leniently: what follows is ignored, and a month 13 is January of the next year.
   * Undefined when the text does not begin as the pattern says. Throws DataError for a date that no Date can hold.
   */
  parsePrefix(text: string): Date | undefined {
    const millis = parseDate(this.#pieces, text, this.#centuryStart);
    return millis === undefined ? undefined : dateFromMillis(millis);
  }
}

function formatField(fields: CalendarFields, letter: PatternLetter, count: number): string {
  const long = count >= 4;
  switch (letter) {
    case 'G':
      return ERAS[fields.era] ?? '';
    case 'y':
      return year(fields.year, count);
    case 'Y':
      return year(fields.weekYear, count);
    case 'M':
    case 'L':
      return count > 2 ? name(MONTHS[fields.month], long) : padded(fields.month + 1, count);
    case 'E':
      return name(WEEKDAYS[fields.dayOfWeek - 1], long);
    case 'a':
      return HALF_DAYS[fields.hourOfDay < 12 ? 0 : 1] ?? '';
    case 'z':
      return long ? 'Coordinated Universal Time' : 'UTC';
    case 'Z':
      return '+0000';
    case 'X':
      return 'Z';
    case 'w':
    case 'W':
    case 'D':
    case 'd':
    case 'F':
    case 'u':
    case 'H':
    case 'k':
    case 'K':
    case 'h':
    case 'm':
    case 's':
    case 'S':
      return padded(NUMBERS[letter](fields), count);
  }
}

const NUMBERS: Readonly<
  Record<
    'w' | 'W' | 'D' | 'd' | 'F' | 'u' | 'H' | 'k' | 'K' | 'h' | 'm' | 's' | 'S',
    (fields: CalendarFields) => number
  >
> = {
  w: (fields) => fields.weekOfYear,
  W: (fields) => fields.weekOfMonth,
  D: (fields) => fields.dayOfYear,
  d: (fields) => fields.dayOfMonth,
  F: (fields) => fields.dayOfWeekInMonth,
  // Monday is 1 here, Sunday 7.
  u: (fields) => (fields.dayOfWeek === 1 ? 7 : fields.dayOfWeek - 1),
  H: (fields) => fields.hourOfDay,
  k: (fields) => (fields.hourOfDay === 0 ? 24 : fields.hourOfDay),
  K: (fields) => fields.hourOfDay % 12,
  h: (fields) => fields.hourOfDay % 12 || 12,
  m: (fields) => fields.minute,
  s: (fields) => fields.second,
  S: (fields) => fields.millisecond,
};

function padded(value: number, count: number): string {
  const digits = String(Math.abs(value)).padStart(count, '0');
  return value < 0 ? `-${digits}` : digits;
}

/** Two letters mean the last two digits. */
function year(value: number, count: number): string {
  return count === 2 ? padded(value % 100, 2) : padded(value, count);
}

function name(full: string | undefined, long: boolean): string {
  return full === undefined ? '' : long ? full : shortName(full);
}

/** The forms of Connect's dates, times and timestamps in texts. */
export const ISO_DATE = new SimpleDateFormat('yyyy-MM-dd');
export const ISO_TIME = new SimpleDateFormat("HH:mm:ss.SSS'Z'");
export const ISO_TIMESTAMP = new SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'");
