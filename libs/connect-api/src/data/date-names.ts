/** English names of the calendar, as SimpleDateFormat prints and reads them. */
export const ERAS: readonly string[] = ['BC', 'AD'];
export const LONG_ERAS: readonly string[] = ['Before Christ', 'Anno Domini'];
export const HALF_DAYS: readonly string[] = ['AM', 'PM'];
export const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const WEEKDAYS: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

/** The three letters of a month's or weekday's name that are its short form. */
export function shortName(name: string): string {
  return name.slice(0, 3);
}

/** Hours from UTC of the zones whose names are read; a text with another name is no date. */
export const ZONE_HOURS: Readonly<Record<string, number>> = {
  UTC: 0,
  'COORDINATED UNIVERSAL TIME': 0,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  WET: 0,
  WEST: 1,
  MSK: 3,
};
