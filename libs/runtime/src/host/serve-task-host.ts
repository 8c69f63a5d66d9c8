import { errorData } from './error-data.ts';
import type { MainLink } from './host-link.ts';
import type { FromHost, ToHost } from './messages.ts';
import { TaskHost, type TaskHostOptions } from './task-host.ts';

/** Makes this process a task host of the worker that forked it. It ends with its worker, whatever ends that one. */
export function serveTaskHost(createWork: TaskHostOptions['createWork']): void {
  const main: MainLink = {
    send(message: FromHost) {
      if (process.connected) {
        // A worker that is gone hears nothing any more; `disconnect` ends this process then.
        process.send?.(message, undefined, undefined, () => undefined);
      }
    },
    onMessage(listener) {
      process.on('message', (message) => {
        listener(message as ToHost);
      });
    },
  };
  const exit = (code: number): void => {
    process.exitCode = code;
    if (process.connected) {
      // What was sent is delivered first.
      process.disconnect();
    } else {
      process.exit();
    }
  };
  process.once('disconnect', () => {
    process.exit();
  });
  process.on('uncaughtException', (error) => {
    main.send({ type: 'crashed', error: errorData(error) });
    exit(1);
  });
  // Signals from a terminal reach the whole group of processes: the worker decides when its hosts end.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  new TaskHost({ main, createWork, exit });
}
