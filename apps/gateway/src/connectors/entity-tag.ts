import type { RevisionCondition } from '@millrace/topic-stores';

/** The ETag of a configuration: the offset of its record. */
export function entityTag(revision: number): string {
  return `"${revision}"`;
}

const TAG = /^(?:W\/)?"(\d{1,15})"$/;

/** The revisions that a header names; tags that were never ours match none. */
function revisionsOf(header: string): readonly number[] | 'any' {
  const tags = header.split(',').map((tag) => tag.trim());
  return tags.includes('*')
    ? 'any'
    : tags.flatMap((tag) => {
        const digits = TAG.exec(tag)?.[1];
        return digits === undefined ? [] : [Number(digits)];
      });
}

/** What `If-Match` and `If-None-Match` demand; undefined without either. */
export function revisionCondition(
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
): RevisionCondition | undefined {
  return ifMatch === undefined && ifNoneMatch === undefined
    ? undefined
    : {
        ...(ifMatch === undefined ? {} : { ifMatch: revisionsOf(ifMatch) }),
        ...(ifNoneMatch === undefined ? {} : { ifNoneMatch: revisionsOf(ifNoneMatch) }),
      };
}

/** Whether a client that has what `If-None-Match` names has this revision already. */
export function isKnownRevision(ifNoneMatch: string | undefined, revision: number): boolean {
  if (ifNoneMatch === undefined) {
    return false;
  }
  const known = revisionsOf(ifNoneMatch);
  return known === 'any' || known.includes(revision);
}

/** Whether a condition holds of a connector's revision; undefined: there is no such connector. */
export function holds(condition: RevisionCondition | undefined, revision: number | undefined): boolean {
  const { ifMatch, ifNoneMatch } = condition ?? {};
  const matches = (wanted: readonly number[] | 'any'): boolean =>
    revision !== undefined && (wanted === 'any' || wanted.includes(revision));
  return (ifMatch === undefined || matches(ifMatch)) && (ifNoneMatch === undefined || !matches(ifNoneMatch));
}
