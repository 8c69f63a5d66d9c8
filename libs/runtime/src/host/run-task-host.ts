import type { MainLink } from './host-link.ts';
import { hostWork, type HostWorkOptions } from './host-work.ts';
import type { FromHost, ToHost } from './messages.ts';
import { TaskHost } from './task-host.ts';

/**
 * The whole of a task host's process: called by the script that the worker starts for each of its hosts. It ends with its worker,
 * whatever ends that one.
 */
export function runTaskHost(options: HostWorkOptions): void {
  const main: MainLink = {
    send(message: FromHost) {
      // A worker that is gone hears nothing any more; `disconnect` ends this process then.
      process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage(listener) {
      process.on('message', (message) => {
        listener(message as ToHost);
      });
    },
  };
  process.once('disconnect', () => {
    process.exit(0);
  });
  // Ctrl-C in a terminal reaches the whole group of processes: the worker decides when its hosts end.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  new TaskHost({ main, createWork: hostWork(options), exit: (code) => process.exit(code) });
}
