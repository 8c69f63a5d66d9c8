/** What a test's set-up made; throws outside of tests. */
export function started<T>(part: T | null): T {
  if (part === null) {
    throw new Error('There is a gateway within tests only');
  }
  return part;
}
