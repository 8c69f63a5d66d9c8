import { fork, spawnSync } from 'node:child_process';
import type { HostFactory, HostLink } from './host-link.ts';
import type { FromHost, ToHost } from './messages.ts';

export interface ProcessHostOptions {
  /** The script a host runs: the bundled host, or its source in tests. */
  readonly entry: string;
  /** Node's own flags for hosts. */
  readonly execArgv: readonly string[];
}

interface Command {
  readonly execPath: string;
  readonly execArgv: readonly string[];
}

/** Hosts as child processes (`task.host=process`): a task that spins, crashes or eats memory cannot hurt the worker. */
export function processHostFactory(options: ProcessHostOptions): HostFactory {
  const command = endingWithParent(options.execArgv);
  return () => spawnHost(options.entry, command);
}

const SET_PRIVILEGES = 'setpriv';

/**
 * A host ends by itself when its worker does, but one in which a task spins cannot notice. Where the system has a program that
 * asks the kernel to end a process with its parent, hosts are started by it (Linux, util-linux).
 */
function endingWithParent(execArgv: readonly string[]): Command {
  const prefix = ['--pdeathsig', 'KILL'];
  const helps = spawnSync(SET_PRIVILEGES, [...prefix, 'true'], { stdio: 'ignore' }).status === 0;
  return helps
    ? { execPath: SET_PRIVILEGES, execArgv: [...prefix, process.execPath, ...execArgv] }
    : { execPath: process.execPath, execArgv };
}

function spawnHost(entry: string, { execPath, execArgv }: Command): HostLink {
  const child = fork(entry, [], {
    execPath,
    execArgv: [...execArgv],
    // Structured clone: messages may hold bigint and undefined.
    serialization: 'advanced',
    // A task without a file reads the worker's standard input and writes its standard output.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
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
