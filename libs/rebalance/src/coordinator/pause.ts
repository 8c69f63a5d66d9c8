import type { Time } from '@millrace/kafka';

/** Waits; an aborted signal ends the wait early. */
export async function pause(time: Time, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) {
    return;
  }
  await new Promise<void>((resolve) => {
    const wake = (): void => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = time.after(ms, wake);
    signal.addEventListener('abort', wake);
  });
}

/** Waits for an answer; null when the signal is aborted first, and then nobody cares how the call ends. */
export async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | null> {
  answer.catch(() => undefined);
  if (signal.aborted) {
    return null;
  }
  const { promise, resolve } = Promise.withResolvers<null>();
  const abort = (): void => {
    resolve(null);
  };
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
