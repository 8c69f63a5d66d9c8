/** Ranges that cover `application/json`, the most specific first. */
const COVERING = ['application/json', 'application/*', '*/*'];

/** Whether an `Accept` header, if there is one, lets an answer be `application/json`. Parameters but `q` mean nothing. */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') {
    return true;
  }
  const qualities = new Map(accept.split(',').map(rangeOf));
  const covering = COVERING.find((range) => qualities.has(range));
  return covering !== undefined && qualities.get(covering) !== 0;
}

function rangeOf(text: string): readonly [range: string, quality: number] {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return [range, quality === undefined ? 1 : Number(quality.slice(2))];
}
