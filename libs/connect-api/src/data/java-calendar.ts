import { DAY_MS } from './logical-types.ts';

/**
 * java.util.GregorianCalendar in UTC, for a locale whose weeks begin on Sunday and whose first week is that of January 1 (English
 * without a region, the JVM's default in Kafka's images). Before October 15, 1582 it is the Julian calendar.
 */
const FIRST_GREGORIAN_DAY = -141_427;
const CUTOVER_YEAR = 1582;

/** Days since the epoch of a date in the Gregorian calendar; `month` counts from 0 and may be out of its range. */
function gregorianDays(year: number, month: number, day: number): number {
  return (
    eraDays(year, month, (y) => Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)) + day - 719_469
  );
}

function julianDays(year: number, month: number, day: number): number {
  return eraDays(year, month, (y) => Math.floor(y / 4)) + day - 719_471;
}

/** Days up to a month, in years that begin in March so that the leap day is the last one. */
function eraDays(year: number, month: number, leapDays: (year: number) => number): number {
  const months = year * 12 + month - 2;
  const y = Math.floor(months / 12);
  const m = months - y * 12;
  return y * 365 + leapDays(y) + Math.floor((153 * m + 2) / 5);
}

/** Days since the epoch of a date; `year` 0 is 1 BC. */
export function calendarDays(year: number, month: number, day: number): number {
  const gregorian = gregorianDays(year, month, day);
  return gregorian >= FIRST_GREGORIAN_DAY ? gregorian : julianDays(year, month, day);
}

/** Day of the week of a day since the epoch, Sunday being 1. */
export function dayOfWeek(days: number): number {
  return ((((days + 4) % 7) + 7) % 7) + 1;
}

/** The fields of a moment, as SimpleDateFormat prints them. */
export interface CalendarFields {
  /** 0: before Christ, 1: since. */
  readonly era: number;
  /** Of the era, from 1 on. */
  readonly year: number;
  readonly weekYear: number;
  /** 0 to 11. */
  readonly month: number;
  readonly dayOfMonth: number;
  readonly dayOfYear: number;
  /** Sunday is 1. */
  readonly dayOfWeek: number;
  readonly dayOfWeekInMonth: number;
  readonly weekOfYear: number;
  readonly weekOfMonth: number;
  readonly hourOfDay: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** Takes a moment apart. */
export function calendarFields(millis: number): CalendarFields {
  const days = Math.floor(millis / DAY_MS);
  const ofDay = millis - days * DAY_MS;
  const { year, month, day } = civil(days);
  const january1 = calendarDays(year, 0, 1);
  const { week, weekYear } = weekOf(days, year);
  const firstWeekday = dayOfWeek(days - day + 1);
  return {
    era: year > 0 ? 1 : 0,
    year: year > 0 ? year : 1 - year,
    weekYear,
    month,
    dayOfMonth: day,
    dayOfYear: days - january1 + 1,
    dayOfWeek: dayOfWeek(days),
    dayOfWeekInMonth: Math.floor((day - 1) / 7) + 1,
    weekOfYear: week,
    weekOfMonth: Math.floor((day + firstWeekday - 2) / 7) + 1,
    hourOfDay: Math.floor(ofDay / 3_600_000),
    minute: Math.floor(ofDay / 60_000) % 60,
    second: Math.floor(ofDay / 1000) % 60,
    millisecond: ofDay % 1000,
  };
}

function civil(days: number): { year: number; month: number; day: number } {
  const toDays = days >= FIRST_GREGORIAN_DAY ? gregorianDays : julianDays;
  // A first guess that is at most one year off.
  let year = Math.floor(days / 365.2425) + 1970;
  while (toDays(year + 1, 0, 1) <= days) {
    year += 1;
  }
  while (toDays(year, 0, 1) > days) {
    year -= 1;
  }
  let month = 11;
  while (toDays(year, month, 1) > days) {
    month -= 1;
  }
  return { year, month, day: days - toDays(year, month, 1) + 1 };
}

function weekOf(days: number, year: number): { week: number; weekYear: number } {
  const sunday = days - dayOfWeek(days) + 1;
  if (year !== CUTOVER_YEAR && sunday + 6 >= calendarDays(year + 1, 0, 1)) {
    return { week: 1, weekYear: year + 1 };
  }
  const january1 = calendarDays(year, 0, 1);
  const firstSunday = january1 - dayOfWeek(january1) + 1;
  return { week: (sunday - firstSunday) / 7 + 1, weekYear: year };
}
