import type { Time } from './time.ts';

/** Waits for work to end, at most so many milliseconds. */
export async function within(time: Time, ms: number, work: Promise<unknown>): Promise<void> {
  const until = time.now() + ms;
  await before(time, () => until, work);
}

/** Waits for an answer until a moment that may move on meanwhile; null when that comes first. */
export async function before<T>(time: Time, deadline: () => number, answer: Promise<T>): Promise<T | null> {
  const timer = { cancel: (): void => undefined };
  const over = new Promise<null>((resolve) => {
    const look = (): void => {
      const left = deadline() - time.now();
      if (left <= 0) {
        resolve(null);
      } else {
        timer.cancel = time.after(left, look);
      }
    };
    look();
  });
  // Nobody is interested in how it ends once it has been given up.
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, over]);
  } finally {
    timer.cancel();
  }
}
