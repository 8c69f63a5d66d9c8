import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** What a server sent before it closed the connection, or so far. */
export interface RawAnswer {
  /** Status of the first answer; null when there is none. */
  readonly status: number | null;
  readonly text: string;
  /** How many answers there are. */
  readonly count: number;
}

/** A client that sends bytes as a test says, and reads when it wants to. */
export class RawClient {
  readonly socket: Socket;
  readonly #closed: Promise<unknown>;
  #text = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    // A server that ends a connection may reset it.
    socket.on('error', () => undefined);
    this.#closed = once(socket, 'close');
  }

  static async open(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    const client = new RawClient(socket);
    await Promise.race([once(socket, 'connect'), client.#closed]);
    return client;
  }

  /** Resolves when it was handed to the system, or the connection was closed. */
  async send(data: string | Buffer): Promise<void> {
    if (!this.socket.write(data)) {
      await Promise.race([once(this.socket, 'drain'), this.#closed]);
    }
  }

  /** Everything until the server closes the connection. */
  async readAll(): Promise<RawAnswer> {
    this.read();
    await this.#closed;
    return this.answer;
  }

  read(): void {
    this.socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
    });
  }

  get answer(): RawAnswer {
    const text = this.#text;
    const count = text.match(/^HTTP\/1\.1 /gm)?.length ?? 0;
    return { status: count === 0 ? null : Number(text.slice(9, 12)), text, count };
  }

  get isClosed(): boolean {
    return this.socket.destroyed;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** A request that a server closes the connection after. */
export function rawRequest(method: string, target: string, body: string | Buffer = ''): Buffer {
  const length = Buffer.byteLength(body);
  const head = `${method} ${target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}
