import { hostWork, type HostWorkOptions } from './host-work.ts';
import { serveTaskHost } from './serve-task-host.ts';

/** The whole of a task host's process: called by the script that a worker starts for each of its hosts. */
export function runTaskHost(options: HostWorkOptions): void {
  serveTaskHost(hostWork(options));
}
