import { BadRequestError } from '@millrace/rest';

/**
 * The path and query that routes see: no matrix parameters (`;a=b`), no trailing slash. Throws BadRequestError for what has no
 * meaning: an empty segment, or an escape that is no UTF-8. `%2F` and `%25` belong to their segment, so that a connector with
 * such a name can be addressed.
 */
export function normalisedUrl(url: string): string {
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  const segments = path.split('/').slice(1);
  if (segments.at(-1) === '') {
    segments.pop();
  }
  return `/${segments.map(normalisedSegment).join('/')}${question < 0 ? '' : url.slice(question)}`;
}

function normalisedSegment(segment: string): string {
  const [name = ''] = segment.split(';', 1);
  if (name === '') {
    throw new BadRequestError('The path has an empty segment; write a slash that is part of a name as %2F');
  }
  try {
    decodeURIComponent(name);
  } catch (error) {
    throw new BadRequestError(`The path has a malformed escape in '${name}'; write a percent sign as %25`, {
      cause: error,
    });
  }
  return name;
}

/** A name as a segment of a URI path: a slash stays one, as in the JVM's `Location` (spec/rest.md section 1). */
export function pathSegment(name: string): string {
  return encodeURIComponent(name).replace(/%(?:2F|3A|3D|40|26|24|2B|2C)/g, decodeURIComponent);
}
