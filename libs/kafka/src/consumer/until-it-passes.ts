import { isRetriable } from './offset-lookup.ts';

/** Repeats the call while it fails in a way that may pass; throws the error once `enough` says so, or one that will not pass. */
export async function untilItPasses<T>(
  call: () => Promise<T>,
  options: { readonly backoffMs: number; readonly enough: () => boolean },
): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isRetriable(error) || options.enough()) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, options.backoffMs));
    }
  }
}
