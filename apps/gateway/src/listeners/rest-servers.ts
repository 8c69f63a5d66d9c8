import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerOptions as HttpServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { hostAndPort, type Listener, type RestLimits } from '@millrace/config';
import type { ErrorMessage } from '@millrace/rest';
import { AnswersNotTaken } from './answers-not-taken.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { setScope, type ListenerScope } from './scope.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface RestServersOptions {
  readonly handler: Handler;
  readonly listeners: readonly Listener[];
  /** null: the admin resources are on the other listeners; empty: they are nowhere. */
  readonly adminListeners: readonly Listener[] | null;
  /** Asked for when there is an https listener. */
  readonly tls: () => ServerOptions;
  readonly limits: RestLimits;
}

const CLOSE_LIMIT_MS = 5_000;
/** Node looks for clients that are too slow every 30 s unless it is told otherwise. */
const LONGEST_CHECK_MS = 1_000;

/** The HTTP and HTTPS servers of the gateway. */
export class RestServers {
  readonly #servers: readonly Server[];
  /** What is listened on, ports as they are. */
  readonly urls: readonly string[];

  private constructor(servers: readonly Server[], urls: readonly string[]) {
    this.#servers = servers;
    this.urls = urls;
  }

  /** Listens on all of them; throws Node's error for an address that cannot be had (the port in use, …), then none is. */
  static async start(options: RestServersOptions): Promise<RestServers> {
    const { listeners, adminListeners } = options;
    const scoped: readonly (readonly [Listener, ListenerScope])[] = [
      ...listeners.map((listener) => [listener, adminListeners === null ? 'all' : 'public'] as const),
      ...(adminListeners ?? []).map((listener) => [listener, 'admin'] as const),
    ];
    const servers: Server[] = [];
    const urls: string[] = [];
    try {
      for (const [listener, scope] of scoped) {
        const server = newServer(listener, scope, options);
        servers.push(server);
        const port = await listen(server, listener);
        urls.push(
          `${listener.scheme}://${hostAndPort(listener.host === '' ? 'localhost' : listener.host, port)}`,
        );
      }
    } catch (error) {
      await Promise.all(servers.map(close));
      throw error;
    }
    return new RestServers(servers, urls);
  }

  /** Answers what has come, and no more. */
  async stop(): Promise<void> {
    await Promise.all(this.#servers.map(close));
  }
}

function newServer(
  listener: Listener,
  scope: ListenerScope,
  { handler, tls, limits }: RestServersOptions,
): Server {
  const answers = new AnswersNotTaken(limits.idleMs);
  const onRequest = oneAtATime((request, response) => {
    setScope(request, scope);
    answers.watch(response);
    handler(request, response);
  });
  const server =
    listener.scheme === 'https'
      ? (createTlsServer(
          { ...tls(), ...timing(limits), handshakeTimeout: limits.headMs },
          onRequest,
        ) as unknown as Server)
      : createServer(timing(limits), onRequest);
  server.maxConnections = limits.connections;
  server.on('clientError', answerClientError);
  return server;
}

function timing({ headMs, requestMs, idleMs }: RestLimits): HttpServerOptions {
  return {
    headersTimeout: Math.min(headMs, requestMs),
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    connectionsCheckingInterval: Math.min(LONGEST_CHECK_MS, headMs, requestMs),
  };
}

function listen(server: Server, { host, port }: Listener): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === '' ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
    }, CLOSE_LIMIT_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The head of the request is too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not come in time'],
};

/** Answers what is no HTTP request that a handler could see. */
function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = CLIENT_ERRORS[error.code ?? ''] ?? [400, 'The request is no HTTP/1.1'];
  const body: ErrorMessage = { error_code: status, message };
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` +
      `Connection: close\r\n\r\n${text}`,
  );
}
