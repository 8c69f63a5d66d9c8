import type { HostLink } from '../../src/host/host-link.ts';
import type { FromHost, HostRequest, ToHost } from '../../src/host/messages.ts';

/** A task host of which only the boundary exists: the test answers. */
export class FakeLink implements HostLink {
  readonly label: string;
  readonly received: ToHost[] = [];
  killed = false;
  #onMessage: (message: FromHost) => void = () => undefined;
  #onExit: (reason: string) => void = () => undefined;

  constructor(label: string) {
    this.label = label;
  }

  send(message: ToHost): void {
    this.received.push(message);
    if (message.type === 'shutdown') {
      this.exit('exited with code 0');
    }
  }

  onMessage(listener: (message: FromHost) => void): void {
    this.#onMessage = listener;
  }

  onExit(listener: (reason: string) => void): void {
    this.#onExit = listener;
  }

  kill(): void {
    this.killed = true;
    this.exit('was ended by SIGKILL');
  }

  tell(message: FromHost): void {
    this.#onMessage(message);
  }

  exit(reason: string): void {
    this.#onExit(reason);
  }

  /** The requests that came, oldest first. */
  get requests(): readonly { readonly id: number; readonly request: HostRequest }[] {
    return this.received.filter((message) => message.type === 'request');
  }

  get leases(): readonly number[] {
    return this.received.filter((message) => message.type === 'lease').map(({ deadline }) => deadline);
  }
}
