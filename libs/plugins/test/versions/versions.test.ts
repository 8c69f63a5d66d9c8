import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersions, VersionRange, VersionRangeError } from '../../src/index.ts';

/** As Maven 3.9 sorts them; versions of one line are equal. */
const RISING: readonly (readonly string[])[] = [
  ['undefined'],
  ['v1'],
  ['1-alpha'],
  ['1.0-alpha-1', '1.0a1'],
  ['1.0-beta'],
  ['1.0b2'],
  ['1.0-milestone-1'],
  ['1.0-rc1', '1.0-cr1'],
  ['1.0-SNAPSHOT'],
  ['1', '1.0', '1.0.0', '1.0-ga', '1.0-final'],
  ['1.0-sp'],
  ['1.a'],
  ['1.0-xyz'],
  ['1.0-1'],
  ['1.0.1'],
  ['1.1'],
  ['1.2'],
  ['1.10'],
  ['2.0.0-rc.1'],
];

describe("versions in Maven's order", () => {
  const all = RISING.flatMap((equal, rank) => equal.map((version) => ({ version, rank })));

  test.each(all)('$version', ({ version, rank }) => {
    for (const other of all) {
      expect([other.version, Math.sign(compareVersions(version, other.version))]).toEqual([
        other.version,
        Math.sign(rank - other.rank),
      ]);
    }
  });

  test('any two compare the same both ways', () => {
    const part = fc.constantFrom('0', '1', '2', '10', 'alpha', 'rc', 'x', 'final', '');
    const version = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        expect(compareVersions(a, a)).toBe(0);
      }),
    );
  });
});

/** A requirement, how Maven prints it, a version in it and one that is not. */
const RANGES: readonly [string, string, string, string][] = [
  ['1.0', '[1.0,1.0]', '1', '1.1'],
  [' 1.2 ', '[1.2,1.2]', '1.2.0', '1.3'],
  ['(,1.0]', '(,1.0]', '0.1', '1.0.1'],
  ['[1,2),(3,4]', '[1,2),(3,4]', '3.5', '2'],
  ['1,2', '[1,2]', '1.5', '2.1'],
  ['[,1)', '[,1)', '1-alpha', '1'],
  ['[1.0]', '[1.0,1.0]', '1.0', '1.0.1'],
  ['(1.0,)', '(1.0,)', '99', '1.0'],
];

const MALFORMED: readonly [string, string][] = [
  ['[1.0', 'Unbounded range: [1.0'],
  ['[1,2', 'Unbounded range: [1,2'],
  ['(1,1)', 'Range defies version ordering: (1,1)'],
  ['[2,1]', 'Range defies version ordering: [2,1]'],
  ['[1,2],[1,3]', 'Ranges overlap: [1,2],[1,3]'],
  ['(1.0]', 'Single version must be surrounded by []: (1.0]'],
  ['[1,2]x', 'Only fully-qualified sets allowed in multiple set scenario: [1,2]x'],
];

describe('version requirements', () => {
  test.each(RANGES)('%s', (spec, printed, inside, outside) => {
    const range = VersionRange.requirement(spec);
    expect(String(range)).toBe(printed);
    expect([range?.contains(inside), range?.contains(outside)]).toEqual([true, false]);
  });

  test.each([null, undefined, '', 'latest'])('%s asks for nothing', (spec) => {
    expect(VersionRange.requirement(spec)).toBeNull();
  });

  test.each(MALFORMED)('%s is refused in the words of Maven', (spec, message) => {
    expect(() => VersionRange.requirement(spec)).toThrow(new VersionRangeError(message));
  });
});
