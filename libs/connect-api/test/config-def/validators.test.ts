import { describe, expect, test } from 'vitest';
import { Validators, type ConfigParsed, type Validator } from '../../src/index.ts';

function check(validator: Validator, value: ConfigParsed): string {
  try {
    validator.ensureValid('k', value);
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const twoAllowed = Validators.list({ allowed: ['a', 'b'], emptyAllowed: true, nullAllowed: false });
const oneNeeded = Validators.list({ allowed: ['a'], emptyAllowed: false, nullAllowed: false });
const anyNeeded = Validators.list({ emptyAllowed: false, nullAllowed: true });

/** Validator, how it prints, a value, and what Kafka 4.3.1 says of it. */
const CASES: readonly [Validator, string, ConfigParsed, string][] = [
  [Validators.atLeast(1), '[1,...]', 0, 'Invalid value 0 for configuration k: Value must be at least 1'],
  [Validators.atLeast(1), '[1,...]', 0n, 'Invalid value 0 for configuration k: Value must be at least 1'],
  [Validators.atLeast(1), '[1,...]', null, 'Invalid value null for configuration k: Value must be non-null'],
  [
    Validators.range(1, 5),
    '[1,...,5]',
    9,
    'Invalid value 9 for configuration k: Value must be no more than 5',
  ],
  [Validators.range(1, 5), '[1,...,5]', 5, 'ok'],
  [
    Validators.range(0.5, 1),
    '[0.5,...,1.0]',
    2.5,
    'Invalid value 2.5 for configuration k: Value must be no more than 1.0',
  ],
  [
    Validators.inList('a', 'b'),
    '[a, b]',
    'c',
    'Invalid value c for configuration k: String must be one of: a, b',
  ],
  [
    Validators.inList('a', 'b'),
    '[a, b]',
    null,
    'Invalid value null for configuration k: String must be one of: a, b',
  ],
  [
    Validators.caseInsensitive('one', 'two', 'three', 'four'),
    '(case insensitive) [ONE, FOUR, TWO, THREE]',
    'c',
    'Invalid value c for configuration k: String must be one of (case insensitive): ONE, FOUR, TWO, THREE',
  ],
  [Validators.caseInsensitive('base64', 'numeric'), '(case insensitive) [NUMERIC, BASE64]', 'Numeric', 'ok'],
  [
    Validators.nonNull(),
    'non-null string',
    null,
    'Invalid value null for configuration k: entry must be non null',
  ],
  [
    Validators.nonEmptyString(),
    'non-empty string',
    '',
    'Invalid value  for configuration k: String must be non-empty',
  ],
  [Validators.nonEmptyString(), 'non-empty string', null, 'ok'],
  [
    Validators.nonEmptyWithoutControl(),
    'non-empty string without ISO control characters',
    'a\tb\u0001',
    'Invalid value a\tb\u0001 for configuration k: String may not contain control sequences but had the following ASCII chars: 9, 1',
  ],
  [
    Validators.nonEmptyWithoutControl(),
    'non-empty string without ISO control characters',
    '',
    'Invalid value  for configuration k: String may not be empty',
  ],
  [twoAllowed, '[a, b]', ['a', 'c'], 'Invalid value c for configuration k: String must be one of: a, b'],
  [twoAllowed, '[a, b]', ['a', 'a'], "Configuration 'k' values must not be duplicated."],
  [twoAllowed, '[a, b]', [], 'ok'],
  [twoAllowed, '[a, b]', null, "Configuration 'k' values must not be null."],
  [oneNeeded, '[a]', [], "Configuration 'k' must not be empty. Valid values include: [a]"],
  [anyNeeded, '', [], "Configuration 'k' must not be empty. Valid values include: any non-empty value"],
  [anyNeeded, '', ['a', ''], "Configuration 'k' values must not be empty."],
  [anyNeeded, '', null, 'ok'],
  [
    Validators.atMostOfSize(1),
    'List containing maximum of 1 elements',
    ['a', 'b'],
    'Invalid value [a, b] for configuration k: exceeds maximum list size of [1].',
  ],
  [
    Validators.all(Validators.nonNull(), Validators.atLeast(3)),
    'non-null string, [3,...]',
    1,
    'Invalid value 1 for configuration k: Value must be at least 3',
  ],
  [
    Validators.uniqueAliases('transformation aliases'),
    'unique transformation aliases',
    ['a', 'a'],
    'Invalid value [a, a] for configuration k: Duplicate alias provided.',
  ],
  [
    Validators.regex(),
    'valid regex',
    'a)',
    "Invalid value a) for configuration k: Invalid regex: Unmatched closing ')' near index 0\na)\n^",
  ],
  [Validators.regex(), 'valid regex', 'a.*|b++', 'ok'],
  [
    Validators.regex(),
    'valid regex',
    null,
    'Invalid value null for configuration k: Invalid regex: Cannot invoke "String.isEmpty()" because "this.pattern" is null',
  ],
  [Validators.nullOr(Validators.atLeast(1)), '[1,...]', null, 'ok'],
  [
    Validators.nullOr(Validators.atLeast(1)),
    '[1,...]',
    0,
    'Invalid value 0 for configuration k: Value must be at least 1',
  ],
];

describe("validators speak as the JVM's", () => {
  test.each(CASES)('%s: %s', (validator, printed, value, answer) => {
    expect(String(validator)).toBe(printed);
    expect(check(validator, value)).toBe(answer);
  });
});
