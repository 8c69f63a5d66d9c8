import { VersionRangeError } from '../errors.ts';
import { compareVersions } from './compare-versions.ts';

interface Restriction {
  /** null: no limit. */
  readonly lower: string | null;
  readonly lowerIncluded: boolean;
  readonly upper: string | null;
  readonly upperIncluded: boolean;
}

/** Versions between limits, in Maven's notation: `[1.0,2.0)`, `[1,2),(3,4]`, `(,1.0]`. */
export class VersionRange {
  readonly #restrictions: readonly Restriction[];

  private constructor(restrictions: readonly Restriction[]) {
    this.#restrictions = restrictions;
  }

  /**
   * Reads a `*.plugin.version`: a range, or one version, which is then the only one (KIP-891). null for none, empty and `latest`. Throws
   * VersionRangeError with Maven's wording.
   */
  static requirement(text: string | null | undefined): VersionRange | null {
    const spec = text?.trim() ?? '';
    if (spec === '' || spec === 'latest') {
      return null;
    }
    return VersionRange.#parse(spec.startsWith('[') || spec.startsWith('(') ? spec : `[${spec}]`);
  }

  static #parse(spec: string): VersionRange {
    const restrictions: Restriction[] = [];
    let rest = spec;
    while (rest.startsWith('[') || rest.startsWith('(')) {
      const end = rest.search(/[\])]/);
      if (end === -1) {
        throw new VersionRangeError(`Unbounded range: ${spec}`);
      }
      const restriction = parseRestriction(rest.slice(0, end + 1), spec);
      const previous = restrictions.at(-1);
      if (previous !== undefined && overlaps(previous, restriction)) {
        throw new VersionRangeError(`Ranges overlap: ${spec}`);
      }
      restrictions.push(restriction);
      rest = rest
        .slice(end + 1)
        .trim()
        .replace(/^,/, '')
        .trim();
    }
    if (rest !== '') {
      throw new VersionRangeError(`Only fully-qualified sets allowed in multiple set scenario: ${spec}`);
    }
    return new VersionRange(restrictions);
  }

  contains(version: string): boolean {
    return this.#restrictions.some(
      ({ lower, lowerIncluded, upper, upperIncluded }) =>
        within(lower === null ? 1 : compareVersions(version, lower), lowerIncluded) &&
        within(upper === null ? 1 : compareVersions(upper, version), upperIncluded),
    );
  }

  toString(): string {
    return this.#restrictions
      .map(
        ({ lower, lowerIncluded, upper, upperIncluded }) =>
          `${lowerIncluded ? '[' : '('}${lower ?? ''},${upper ?? ''}${upperIncluded ? ']' : ')'}`,
      )
      .join(',');
  }
}

function within(order: number, included: boolean): boolean {
  return order > 0 || (included && order === 0);
}

function overlaps(previous: Restriction, next: Restriction): boolean {
  return previous.upper === null || next.lower === null || compareVersions(next.lower, previous.upper) < 0;
}

function parseRestriction(text: string, spec: string): Restriction {
  const lowerIncluded = text.startsWith('[');
  const upperIncluded = text.endsWith(']');
  const inside = text.slice(1, -1).trim();
  const comma = inside.indexOf(',');
  if (comma === -1) {
    if (!lowerIncluded || !upperIncluded) {
      throw new VersionRangeError(`Single version must be surrounded by []: ${text}`);
    }
    return { lower: inside, lowerIncluded, upper: inside, upperIncluded };
  }
  const limit = (part: string): string | null => (part.trim() === '' ? null : part.trim());
  const lower = limit(inside.slice(0, comma));
  const upper = limit(inside.slice(comma + 1));
  if (lower !== null && upper !== null) {
    const order = compareVersions(upper, lower);
    if (order < 0 || (order === 0 && (!lowerIncluded || !upperIncluded))) {
      throw new VersionRangeError(`Range defies version ordering: ${spec}`);
    }
  }
  return { lower, lowerIncluded, upper, upperIncluded };
}
