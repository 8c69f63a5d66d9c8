import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataError, SimpleDateFormat } from '../../src/index.ts';

/** Printed by java.text.SimpleDateFormat in UTC and English. */
const PRINTED: readonly [pattern: string, millis: number, text: string][] = [
  ['yyyy-MM-dd HH:mm:ss.SSS', 1_700_000_000_123, '2023-11-14 22:13:20.123'],
  ['EEE, d MMM yyyy HH:mm:ss z', 0, 'Thu, 1 Jan 1970 00:00:00 UTC'],
  ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", -1, '1969-12-31T23:59:59.999Z'],
  ['yy/M/d h:mm a', 1_700_000_000_123, '23/11/14 10:13 PM'],
  ['DDD-w-W-F-E-u-k-K', 1_704_067_199_999, '365-1-6-5-Sun-7-23-11'],
  ['G YYYY ww', 1_703_980_800_000, 'AD 2024 01'],
  ['G yyyy-MM-dd', -62_135_596_800_001, 'AD 0001-01-02'],
  ['yyyy-MM-dd', -12_219_292_800_000, '1582-10-15'],
  ['yyyy-MM-dd', -12_219_292_800_001, '1582-10-04'],
  ['yyyy-MM-dd', 253_402_300_800_000, '10000-01-01'],
  ['MMMM EEEE LLL', 951_782_400_000, 'February Tuesday Feb'],
  ["hh 'o''clock' a, zzzz", 43_200_000, "12 o'clock PM, Coordinated Universal Time"],
  ['S SS SSSS', 7, '7 07 0007'],
  ['kk:mm', 0, '24:00'],
  ["''yyyy''", 0, "'1970'"],
  ['Z X XX XXX', 0, '+0000 Z Z Z'],
  ['yyyyy', 0, '01970'],
  ['YYYY-MM-dd', 1_735_430_400_000, '2025-12-29'],
];

/** Read by it; null where it finds no date. */
const READ: readonly [pattern: string, text: string, millis: number | null][] = [
  ['yyyy-MM-dd', '2023-11-14 tail', 1_699_920_000_000],
  ['yyyy-MM-dd', '2023-13-40', 1_707_436_800_000],
  ['yyyyMMddHHmmss', '20231114221320', 1_700_000_000_000],
  ['yyyy-MM-dd', '23-1-5', -61_441_200_000_000],
  ['dd.MM.yyyy', ' 1. 2.2020', 1_580_515_200_000],
  ['EEE, d MMM yyyy HH:mm:ss z', 'Tue, 14 Nov 2023 22:13:20 PST', 1_700_028_800_000],
  ["yyyy-MM-dd'T'HH:mm:ssXXX", '2023-11-14T22:13:20+05:30', 1_699_980_200_000],
  ["yyyy-MM-dd'T'HH:mm:ssXXX", '2023-11-14T22:13:20Z', 1_700_000_000_000],
  ["yyyy-MM-dd'T'HH:mm:ssXXX", '2023-11-14T22:13:20+0530', null],
  ['yyyy-MM-dd HH:mm:ss Z', '2023-11-14 22:13:20 -0800', 1_700_028_800_000],
  ['yyyy-MM-dd HH:mm z', '2023-11-14 10:00 GMT+2:30', 1_699_947_000_000],
  ['h:mm a', '12:05 am', 300_000],
  ['h:mm a', '12:05 PM', 43_500_000],
  ['k', '24', 0],
  ['yyyy-DDD', '2024-366', 1_735_603_200_000],
  ["YYYY-'W'ww-u", '2024-W01-1', 1_704_067_200_000],
  ['MMMM yyyy', 'FEBRUARY 2024', 1_706_745_600_000],
  ['yyyy-MM-dd', 'nope', null],
  ['yyyy-MM-dd', '2023/11/14', null],
  ['yyyy-MM-dd', '', null],
  ['HH:mm', '25:61', 93_660_000],
  ['yyyy-MM-dd G', '0044-03-15 BC', -63_517_996_800_000],
  ['yyyy-MM-dd', '1582-10-10', -12_218_860_800_000],
  ['yyyy F E MMM', '2023 2 Tue Nov', 1_699_920_000_000],
  ['EEE', ' Tue', null],
  ['d', ' -1', -172_800_000],
];

describe('dates by pattern', () => {
  test.each(PRINTED)('%s prints %d', (pattern, millis, text) => {
    expect(new SimpleDateFormat(pattern).format(new Date(millis))).toBe(text);
  });

  test.each(READ)('%s reads %j', (pattern, text, millis) => {
    expect(new SimpleDateFormat(pattern).parsePrefix(text)?.getTime() ?? null).toBe(millis);
  });

  test('a year of two digits lies from 80 years ago to 20 years ahead', () => {
    const format = new SimpleDateFormat('yy-MM-dd', new Date('2024-06-15T00:00:00Z'));
    const yearOf = (text: string): number | undefined => format.parsePrefix(text)?.getUTCFullYear();

    expect(['44-06-15', '44-06-14', '45-01-01', '99-01-01', '43-01-01'].map(yearOf)).toEqual([
      1944, 2044, 1945, 1999, 2043,
    ]);
    expect(yearOf('2044-06-14')).toBe(2044);
  });

  test.each([
    ['bogus', "Illegal pattern character 'b'"],
    ["yyyy'", 'Unterminated quote'],
    ['XXXX', 'invalid ISO 8601 format: length=4'],
  ])('%s is no pattern', (pattern, message) => {
    expect(() => new SimpleDateFormat(pattern)).toThrow(new RangeError(message));
  });

  test('a date that no Date can hold is an error, never an invalid one', () => {
    expect(() => new SimpleDateFormat('yyyy').parsePrefix('99999999999999')).toThrow(DataError);
  });

  test('what is printed to the millisecond reads back, in both calendars', () => {
    const format = new SimpleDateFormat('G yyyy-MM-dd HH:mm:ss.SSS Z');
    fc.assert(
      fc.property(fc.integer({ min: -8.64e15, max: 8.64e15 }), (millis) => {
        expect(format.parsePrefix(format.format(new Date(millis)))?.getTime()).toBe(millis);
      }),
    );
  });

  test('any text is a date or none', () => {
    const patterns = PRINTED.map(([pattern]) => new SimpleDateFormat(pattern));
    fc.assert(
      fc.property(fc.constantFrom(...patterns), fc.string(), (format, text) => {
        try {
          expect(format.parsePrefix(text)?.getTime()).not.toBeNaN();
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
    );
  });
});
