import type { FromHost, ToHost } from './messages.ts';

/** The main process's end of the boundary to one task host. */
export interface HostLink {
  /** A name for logs: `process 4711`, `inline`. */
  readonly label: string;
  send(message: ToHost): void;
  onMessage(listener: (message: FromHost) => void): void;
  /** Called once, when the host has ended for whatever reason; says why. */
  onExit(listener: (reason: string) => void): void;
  /** Ends the host at once (a hung one, or after `shutdown` was not obeyed). */
  kill(): void;
}

/** Makes a task host of one kind. */
export type HostFactory = () => HostLink;

/** The host's own end. */
export interface MainLink {
  send(message: FromHost): void;
  onMessage(listener: (message: ToHost) => void): void;
}
