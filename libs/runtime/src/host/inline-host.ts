import type { HostFactory, MainLink } from './host-link.ts';
import type { FromHost, ToHost } from './messages.ts';

/**
 * A host on the main thread (`task.host=inline`), for debugging and tests. Messages are cloned and delivered later, so
 * that nothing works here which would not work between processes. What runs in it cannot be ended: a host that is killed is cut
 * off only.
 *
 * `run` begins a host at the given link; it calls `exit` when the host has ended by itself.
 */
export function inlineHostFactory(run: (main: MainLink, exit: (code: number) => void) => void): HostFactory {
  return () => {
    const toMain: ((message: FromHost) => void)[] = [];
    const toHost: ((message: ToHost) => void)[] = [];
    const onExit: ((reason: string) => void)[] = [];
    let ended = false;
    const end = (reason: string): void => {
      if (!ended) {
        ended = true;
        setImmediate(() => {
          for (const listener of onExit) {
            listener(reason);
          }
        });
      }
    };
    const main: MainLink = {
      send(message) {
        deliver(toMain, message, () => !ended);
      },
      onMessage(listener) {
        toHost.push(listener);
      },
    };
    run(main, (code) => {
      end(`exited with code ${code}`);
    });
    return {
      label: 'inline',
      send(message) {
        deliver(toHost, message, () => !ended);
      },
      onMessage(listener) {
        toMain.push(listener);
      },
      onExit(listener) {
        onExit.push(listener);
      },
      kill() {
        end('was cut off');
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
