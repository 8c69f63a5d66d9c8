import type { HostFactory, MainLink } from './host-link.ts';
import type { FromHost, ToHost } from './messages.ts';

/**
 * A host on the main thread (`task.host=inline`), for debugging and tests. Messages are cloned and delivered later, so
 * that nothing works here which would not work between processes.
 */
export function inlineHostFactory(run: (main: MainLink) => void): HostFactory {
  return () => {
    const toMain: ((message: FromHost) => void)[] = [];
    const toHost: ((message: ToHost) => void)[] = [];
    let ended = false;
    run({
      send(message) {
        deliver(toMain, message, () => !ended);
      },
      onMessage(listener) {
        toHost.push(listener);
      },
    });
    return {
      label: 'inline',
      send(message) {
        deliver(toHost, message, () => !ended);
      },
      onMessage(listener) {
        toMain.push(listener);
      },
      onExit() {
        // An inline host ends with its process only.
      },
      kill() {
        ended = true;
      },
    };
  };
}

function deliver<M>(listeners: readonly ((message: M) => void)[], message: M, open: () => boolean): void {
  const copy = structuredClone(message);
  setImmediate(() => {
    if (open()) {
      for (const listener of listeners) {
        listener(copy);
      }
    }
  });
}
