import { calendarDays, dayOfWeek } from './java-calendar.ts';
import { DAY_MS } from './logical-types.ts';

export type CalendarField =
  | 'era'
  | 'year'
  | 'weekYear'
  | 'month'
  | 'weekOfYear'
  | 'weekOfMonth'
  | 'dayOfMonth'
  | 'dayOfYear'
  | 'dayOfWeek'
  | 'dayOfWeekInMonth'
  | 'halfDay'
  | 'hour'
  | 'hourOfDay'
  | 'minute'
  | 'second'
  | 'millisecond';

const SUNDAY = 1;

/**
 * Makes a moment of fields, of which any may be missing, out of their range, or at odds with others: those set last count, as in a
 * lenient java.util.GregorianCalendar.
 */
export class CalendarBuilder {
  readonly #fields = new Map<CalendarField, number>();
  /** When each field was set, from 1 on. */
  readonly #stamps = new Map<CalendarField, number>();
  readonly #centuryStart: Date;
  #stamp = 0;
  #zone = 0;
  #ambiguousYear = false;

  constructor(centuryStart: Date) {
    this.#centuryStart = centuryStart;
  }

  set(field: CalendarField, value: number): void {
    this.#stamp += 1;
    this.#fields.set(field, value);
    this.#stamps.set(field, this.#stamp);
  }

  /** A year that, if of two digits, is the one within a hundred years from the century's start. */
  setYear(field: 'year' | 'weekYear', value: number, twoDigits: boolean): void {
    if (!twoDigits) {
      this.set(field, value);
      return;
    }
    const start = this.#centuryStart.getUTCFullYear();
    const century = Math.floor(start / 100) * 100 + (value < start % 100 ? 100 : 0);
    this.#ambiguousYear = value === start % 100;
    this.set(field, century + value);
  }

  /** Milliseconds from UTC. */
  setZone(offset: number): void {
    this.#zone = offset;
  }

  /** Milliseconds since the epoch. */
  millis(): number {
    const millis = this.#resolve();
    if (this.#ambiguousYear && millis < this.#centuryStart.getTime()) {
      this.set('year', this.#get('year', 0) + 100);
      return this.#resolve();
    }
    return millis;
  }

  #resolve(): number {
    const time = this.#timeOfDay();
    const carried = Math.floor(time / DAY_MS);
    return (this.#days() + carried) * DAY_MS + (time - carried * DAY_MS) - this.#zone;
  }

  #timeOfDay(): number {
    const hourOfDay = this.#when('hourOfDay');
    const half = this.#both('hour', 'halfDay');
    const useHalf = half > hourOfDay || hourOfDay === 0;
    const hours = useHalf ? this.#get('hour', 0) + 12 * this.#get('halfDay', 0) : this.#get('hourOfDay', 0);
    const minutes = hours * 60 + this.#get('minute', 0);
    return (minutes * 60 + this.#get('second', 0)) * 1000 + this.#get('millisecond', 0);
  }

  #days(): number {
    if (this.#when('weekYear') > this.#when('year')) {
      return this.#daysOfWeekDate();
    }
    const year = this.#get('era', 1) === 0 ? 1 - this.#get('year', 1970) : this.#get('year', 1970);
    const stamps = this.#dateStamps();
    if (stamps.byMonth) {
      return this.#daysByMonth(year, stamps.kind);
    }
    const january1 = calendarDays(year, 0, 1);
    if (stamps.kind === 'dayOfYear') {
      return january1 + this.#get('dayOfYear', 1) - 1;
    }
    const weekStart = sundayOnOrBefore(january1);
    return dayOfWeekFrom(weekStart, this.#get('dayOfWeek', SUNDAY)) + 7 * (this.#get('weekOfYear', 1) - 1);
  }

  /** Which of the ways to say a day was used last. */
  #dateStamps(): { byMonth: boolean; kind: CalendarField } {
    const week = this.#when('dayOfWeek');
    const kinds: { kind: CalendarField; stamp: number }[] = [
      { kind: 'dayOfMonth', stamp: this.#when('dayOfMonth') },
      { kind: 'weekOfMonth', stamp: this.#both('weekOfMonth', 'dayOfWeek') },
      { kind: 'dayOfWeekInMonth', stamp: this.#both('dayOfWeekInMonth', 'dayOfWeek') },
      { kind: 'dayOfYear', stamp: this.#when('dayOfYear') },
      { kind: 'weekOfYear', stamp: this.#both('weekOfYear', 'dayOfWeek') },
    ];
    // No complete way: weeks alone, and a weekday alone as the first one of the month.
    const partial: { kind: CalendarField; stamp: number }[] = [
      { kind: 'weekOfMonth', stamp: this.#when('weekOfMonth') },
      { kind: 'dayOfWeekInMonth', stamp: Math.max(this.#when('dayOfWeekInMonth'), week) },
      { kind: 'weekOfYear', stamp: this.#when('weekOfYear') },
    ];
    const best = latest(kinds) ?? latest(partial) ?? { kind: 'dayOfMonth', stamp: 0 };
    const ofYear = this.#when('weekOfYear');
    const weekly =
      (best.kind === 'weekOfMonth' || best.kind === 'dayOfWeekInMonth') && this.#when(best.kind) >= ofYear;
    if (best.kind === 'dayOfMonth' || weekly) {
      return { byMonth: true, kind: best.kind };
    }
    return { byMonth: false, kind: best.kind === 'dayOfYear' ? 'dayOfYear' : 'weekOfYear' };
  }

  #daysByMonth(year: number, kind: CalendarField): number {
    const month = this.#get('month', 0);
    const first = calendarDays(year, month, 1);
    if (kind === 'dayOfMonth') {
      // Days beyond the month are counted on from its first, in the calendar of that day.
      return calendarDays(year, month, this.#get('dayOfMonth', 1));
    }
    const weekday = this.#get('dayOfWeek', SUNDAY);
    if (kind === 'weekOfMonth') {
      return dayOfWeekFrom(sundayOnOrBefore(first), weekday) + 7 * (this.#get('weekOfMonth', 1) - 1);
    }
    const nth = this.#get('dayOfWeekInMonth', 1);
    if (nth >= 0) {
      return onOrBefore(first + 7 * nth - 1, weekday);
    }
    const length = calendarDays(year, month + 1, 1) - first;
    return onOrBefore(first + length + 7 * (nth + 1) - 1, weekday);
  }

  /** A day by the year of its week, as the letter Y has it. */
  #daysOfWeekDate(): number {
    const january1 = calendarDays(this.#get('weekYear', 1970), 0, 1);
    const { weekday, weeks } = rolledWeekday(this.#get('dayOfWeek', SUNDAY));
    const week = this.#get('weekOfYear', 1) + weeks;
    return sundayOnOrBefore(january1) + 7 * (week - 1) + weekday - SUNDAY;
  }

  #get(field: CalendarField, otherwise: number): number {
    return this.#fields.get(field) ?? otherwise;
  }

  /** 0: not set. */
  #when(field: CalendarField): number {
    return this.#stamps.get(field) ?? 0;
  }

  #both(a: CalendarField, b: CalendarField): number {
    const first = this.#when(a);
    const second = this.#when(b);
    return first === 0 || second === 0 ? 0 : Math.max(first, second);
  }
}

/** A weekday out of its range counts from Monday, in other weeks. */
function rolledWeekday(weekday: number): { weekday: number; weeks: number } {
  if (weekday >= 1 && weekday <= 7) {
    return { weekday, weeks: 0 };
  }
  const weeks = Math.floor((weekday - 1) / 7);
  const fromMonday = weekday - weeks * 7;
  return { weekday: (fromMonday % 7) + 1, weeks };
}

/** The one set last; of several the first. Undefined when none was. */
function latest<T extends { readonly stamp: number }>(kinds: readonly T[]): T | undefined {
  return kinds.reduce<T | undefined>(
    (best, kind) => (kind.stamp > (best?.stamp ?? 0) ? kind : best),
    undefined,
  );
}

function sundayOnOrBefore(days: number): number {
  return days - dayOfWeek(days) + SUNDAY;
}

function onOrBefore(days: number, weekday: number): number {
  const back = (((dayOfWeek(days) - weekday) % 7) + 7) % 7;
  return days - back;
}

/** The weekday within the week that begins on this Sunday. */
function dayOfWeekFrom(sunday: number, weekday: number): number {
  return onOrBefore(sunday + 6, weekday);
}
