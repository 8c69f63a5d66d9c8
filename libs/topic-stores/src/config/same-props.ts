import type { Props } from '../types.ts';

/** Whether two configurations say the same, whatever the order of their keys. */
export function sameProps(a: Props, b: Props | undefined): boolean {
  if (b === undefined) {
    return false;
  }
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  );
}
