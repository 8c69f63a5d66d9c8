import { CalendarBuilder, type CalendarField } from './calendar-builder.ts';
import { ERAS, HALF_DAYS, LONG_ERAS, MONTHS, shortName, WEEKDAYS } from './date-names.ts';
import type { PatternLetter, PatternPiece } from './date-pattern.ts';
import { parseZone, type ParsedZone } from './parse-zone.ts';

/** What one field of a text says, and where the text goes on. */
interface ParsedField {
  readonly value: number;
  readonly end: number;
}

interface FieldText {
  readonly text: string;
  /** Where the field before it ends; only numbers and zones may have spaces in front. */
  readonly start: number;
  /** Where the field begins, after spaces. */
  readonly at: number;
  /** How often its letter is repeated. */
  readonly count: number;
  /** Where its digits have to end, since another number follows at once; undefined where nothing follows that could be taken for them. */
  readonly limit: number | undefined;
}

/** Milliseconds since the epoch of the date at the beginning of a text; undefined when there is none of this form. */
export function parseDate(
  pieces: readonly PatternPiece[],
  text: string,
  centuryStart: Date,
): number | undefined {
  const calendar = new CalendarBuilder(centuryStart);
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    if (piece.literal !== undefined) {
      if (!text.startsWith(piece.literal, at)) {
        return undefined;
      }
      at += piece.literal.length;
      continue;
    }
    const next = pieces[index + 1];
    const exact = next !== undefined && next.literal === undefined && isNumeric(next.letter, next.count);
    const start = at;
    while (text.charAt(at) === ' ' || text.charAt(at) === '\t') {
      at += 1;
    }
    const limit = exact ? start + piece.count : undefined;
    const field = { text, start, at, count: piece.count, limit };
    const end = at >= text.length ? undefined : readField(calendar, piece.letter, field);
    if (end === undefined) {
      return undefined;
    }
    at = end;
  }
  return calendar.millis();
}

/** Whether a field is printed in digits, so that a number before it has to end where the pattern says. */
function isNumeric(letter: PatternLetter, count: number): boolean {
  if (letter === 'M' || letter === 'L') {
    return count <= 2;
  }
  return !'GEazZX'.includes(letter);
}

/** Reads a field into the calendar; gives the position after it, undefined when the text has none. */
function readField(calendar: CalendarBuilder, letter: PatternLetter, field: FieldText): number | undefined {
  if (letter === 'z' || letter === 'Z' || letter === 'X') {
    const zone: ParsedZone | undefined = parseZone(
      field.text,
      field.at,
      letter === 'X' ? field.count : undefined,
    );
    if (zone !== undefined) {
      calendar.setZone(zone.offset);
    }
    return zone?.end;
  }
  const names = namesOf(letter, field.count);
  if (names !== undefined) {
    const parsed = readName(names, field);
    if (parsed !== undefined) {
      calendar.set(names.field, parsed.value);
    }
    return parsed?.end;
  }
  const parsed = readNumber(field);
  if (parsed === undefined) {
    return undefined;
  }
  if ((letter === 'y' || letter === 'Y') && field.count <= 2) {
    const twoDigits = /^\d\d$/.test(field.text.slice(field.at, parsed.end));
    calendar.setYear(letter === 'y' ? 'year' : 'weekYear', parsed.value, twoDigits);
  } else {
    setNumber(calendar, letter, parsed.value);
  }
  return parsed.end;
}

interface Names {
  readonly field: CalendarField;
  readonly values: readonly (readonly [name: string, value: number])[];
}

const ERA_NAMES = named('era', [...ERAS, ...LONG_ERAS], (index) => index % 2);
const HALF_DAY_NAMES = named('halfDay', HALF_DAYS, (index) => index);
const MONTH_NAMES = named('month', [...MONTHS, ...MONTHS.map(shortName)], (index) => index % 12);
const WEEKDAY_NAMES = named(
  'dayOfWeek',
  [...WEEKDAYS, ...WEEKDAYS.map(shortName)],
  (index) => (index % 7) + 1,
);

function named(field: CalendarField, names: readonly string[], value: (index: number) => number): Names {
  return { field, values: names.map((name, index) => [name.toLowerCase(), value(index)] as const) };
}

const NAMES: Readonly<Partial<Record<PatternLetter, Names>>> = {
  G: ERA_NAMES,
  a: HALF_DAY_NAMES,
  E: WEEKDAY_NAMES,
};

function namesOf(letter: PatternLetter, count: number): Names | undefined {
  const month = (letter === 'M' || letter === 'L') && count > 2;
  return month ? MONTH_NAMES : NAMES[letter];
}

/** The longest name that the text has here, in any case. */
function readName(names: Names, { text, start }: FieldText): ParsedField | undefined {
  const rest = text.slice(start, start + LONGEST_NAME).toLowerCase();
  let best: ParsedField | undefined;
  for (const [name, value] of names.values) {
    if (rest.startsWith(name) && start + name.length > (best?.end ?? 0)) {
      best = { value, end: start + name.length };
    }
  }
  return best;
}

const LONGEST_NAME = 16;
const DIGITS = /-?\d+/y;

function readNumber({ text, at, limit }: FieldText): ParsedField | undefined {
  if (limit !== undefined && limit > text.length) {
    return undefined;
  }
  DIGITS.lastIndex = at;
  const digits = DIGITS.exec(limit === undefined ? text : text.slice(0, limit))?.[0];
  return digits === undefined ? undefined : { value: toInt(digits), end: at + digits.length };
}

/** As Java: what fits a long keeps its low 32 bits, larger numbers are the largest int. */
function toInt(digits: string): number {
  const number = Number(digits);
  if (Number.isSafeInteger(number)) {
    return number | 0;
  }
  const limit = number < 0 ? -0x80000000 : 0x7fffffff;
  return Math.abs(number) >= 2 ** 63 ? limit : Number(BigInt.asIntN(32, BigInt(digits)));
}

interface NumberField {
  readonly field: CalendarField;
  /** From the number printed to the calendar's. */
  readonly value?: (printed: number) => number;
}

const MONTH: NumberField = { field: 'month', value: (printed) => printed - 1 };
const FIELDS: Readonly<Partial<Record<PatternLetter, NumberField>>> = {
  y: { field: 'year' },
  Y: { field: 'weekYear' },
  M: MONTH,
  L: MONTH,
  w: { field: 'weekOfYear' },
  W: { field: 'weekOfMonth' },
  D: { field: 'dayOfYear' },
  d: { field: 'dayOfMonth' },
  F: { field: 'dayOfWeekInMonth' },
  // Monday is 1 here, Sunday 7; anything else is left for the calendar to roll over.
  u: { field: 'dayOfWeek', value: (printed) => (printed < 1 || printed > 7 ? printed : (printed % 7) + 1) },
  H: { field: 'hourOfDay' },
  k: { field: 'hourOfDay', value: (printed) => (printed === 24 ? 0 : printed) },
  K: { field: 'hour' },
  h: { field: 'hour', value: (printed) => (printed === 12 ? 0 : printed) },
  m: { field: 'minute' },
  s: { field: 'second' },
  S: { field: 'millisecond' },
};

function setNumber(calendar: CalendarBuilder, letter: PatternLetter, printed: number): void {
  const number = FIELDS[letter];
  if (number !== undefined) {
    calendar.set(number.field, number.value === undefined ? printed : number.value(printed));
  }
}
