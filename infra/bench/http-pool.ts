import { Agent, request } from 'node:http';

export interface HttpAnswer {
  /** 0 where there was none. */
  readonly status: number;
  readonly body: Buffer;
}

const LIMIT_MS = 60_000;
const NO_ANSWER: HttpAnswer = { status: 0, body: Buffer.alloc(0) };

/** Connections to one server that are kept open: what is measured through them is the server, not the client. */
export class HttpPool {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1_000, maxFreeSockets: 1_000 });

  constructor(url: string) {
    this.#url = url;
  }

  /** The whole answer; never throws. */
  call(method: string, path: string, body?: object): Promise<HttpAnswer> {
    return new Promise((resolve) => {
      const sent = request(`${this.#url}${path}`, {
        method,
        agent: this.#agent,
        signal: AbortSignal.timeout(LIMIT_MS),
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
      });
      sent.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) });
        });
      });
      sent.on('error', () => {
        resolve(NO_ANSWER);
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
