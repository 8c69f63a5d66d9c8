/** A part of a version with what stands before it; the first part's is taken to be a dot. */
interface Token {
  readonly separator: '.' | '-';
  readonly value: bigint | string;
}

/** Qualifiers in their order; others come after all of these, by the alphabet. */
const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const SAME: Readonly<Record<string, string>> = { ga: '', final: '', release: '', cr: 'rc' };
const SHORT: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' };

/** Compares versions by Maven's rules, as the JVM does: negative, 0 or positive. `1.0-rc1` < `1.0` = `1` < `1.0.1` < `1.10`. */
export function compareVersions(a: string, b: string): number {
  const left = tokens(a);
  const right = tokens(b);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = compareTokens(left[index] ?? padding(right[index]), right[index] ?? padding(left[index]));
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}

function tokens(version: string): Token[] {
  const found: Token[] = [];
  const parts = version.toLowerCase().matchAll(/([.\-_]?)(\d+|[^\d.\-_]*)/g);
  for (const [whole, separator, text = ''] of parts) {
    if (whole === '') {
      continue;
    }
    const previous = found.at(-1);
    // A change between digits and letters counts as a hyphen; an empty part as 0.
    found.push({
      separator: previous === undefined || separator === '.' ? '.' : '-',
      value: tokenValue(text),
    });
    if (previous !== undefined && typeof previous.value === 'string' && separator === '' && /\d/.test(text)) {
      found[found.length - 2] = { ...previous, value: SHORT[previous.value] ?? previous.value };
    }
  }
  return trimmed(found);
}

function tokenValue(text: string): bigint | string {
  if (text === '') {
    return 0n;
  }
  return /^\d/.test(text) ? BigInt(text) : (SAME[text] ?? text);
}

/** Without the parts that mean nothing, at the end and before each hyphen. */
function trimmed(all: readonly Token[]): Token[] {
  const kept: Token[] = [];
  for (const token of all.toReversed()) {
    const next = kept.at(-1);
    if ((next === undefined || next.separator === '-') && (token.value === 0n || token.value === '')) {
      continue;
    }
    kept.push(token);
  }
  return kept.toReversed();
}

function padding(other: Token | undefined): Token {
  const separator = other?.separator ?? '.';
  return { separator, value: typeof other?.value === 'string' || separator === '-' ? '' : 0n };
}

function compareTokens(a: Token, b: Token): number {
  if (typeof a.value === 'string' && typeof b.value === 'string') {
    return compareQualifiers(a.value, b.value);
  }
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0 || typeof a.value === 'string' || typeof b.value === 'string') {
    return rank;
  }
  return a.value < b.value ? -1 : Number(a.value > b.value);
}

/** `.qualifier` = `-qualifier` < `-number` < `.number`. */
function rankOf({ value, separator }: Token): number {
  if (typeof value === 'string') {
    return 0;
  }
  return separator === '-' ? 1 : 2;
}

function compareQualifiers(a: string, b: string): number {
  const left = QUALIFIERS.indexOf(a);
  const right = QUALIFIERS.indexOf(b);
  if (left === -1 && right === -1) {
    return a < b ? -1 : Number(a > b);
  }
  return (left === -1 ? QUALIFIERS.length : left) - (right === -1 ? QUALIFIERS.length : right);
}
