import { fork } from 'node:child_process';
import type { HostFactory, HostLink } from './host-link.ts';
import type { FromHost, ToHost } from './messages.ts';

export interface ProcessHostOptions {
  /** The script a host runs: the bundled host, or its source in tests. */
  readonly entry: string;
  /** Node's own flags for hosts. */
  readonly execArgv: readonly string[];
}

/** Hosts as child processes (`task.host=process`): a task that spins, crashes or eats memory cannot hurt the worker. */
export function processHostFactory(options: ProcessHostOptions): HostFactory {
  return () => spawnHost(options);
}

function spawnHost(options: ProcessHostOptions): HostLink {
  const child = fork(options.entry, [], {
    // Structured clone: messages may hold bigint and undefined.
    serialization: 'advanced',
    execArgv: [...options.execArgv],
    // A task without a file reads the worker's standard input and writes its standard output.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // Ctrl-C reaches the whole process group; the worker decides when its hosts end.
    detached: false,
  });
  let exited = false;
  return {
    label: `process ${String(child.pid)}`,
    send(message: ToHost) {
      if (!exited && child.connected) {
        child.send(message, (error) => {
          if (error !== null) {
            child.kill('SIGKILL');
          }
        });
      }
    },
    onMessage(listener) {
      child.on('message', (message) => {
        listener(message as FromHost);
      });
    },
    onExit(listener) {
      child.once('error', (error) => {
        if (!exited) {
          exited = true;
          listener(`could not be started: ${error.message}`);
        }
      });
      child.once('exit', (code, signal) => {
        if (!exited) {
          exited = true;
          listener(signal === null ? `exited with code ${String(code)}` : `was ended by ${signal}`);
        }
      });
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
