import type { Socket } from 'node:net';
import { toError } from '@millrace/connect-api';
import type Connection from 'kafkajs/src/network/connection.js';
import { KafkaError } from '../errors.ts';
import type { WireRequest } from './kafka-client.ts';

const NOTHING = Buffer.alloc(0);

/** Bytes of a request header v1 without the client id, the length in front included. */
const HEADER_SIZE = 4 + 2 + 2 + 4 + 2;

/** `beforeWrite` of a request threw; nothing was written. */
export class ForbiddenRequest extends Error {
  readonly reason: Error;

  constructor(reason: Error) {
    super(reason.message);
    this.reason = reason;
  }
}

/** There was no response in time. */
export class RequestTimedOut extends Error {
  constructor(timeoutMs: number) {
    super(`No response within ${timeoutMs} ms`);
  }
}

/**
 * Writes a request to a connection and resolves with the response's body. kafkajs tells which response is whose; the bytes
 * go past it, since it would copy each request twice into zeroed memory, and so do the time-outs, for which it would wake up
 * ten times a second per connection.
 */
export function transmit(
  connection: Connection,
  request: WireRequest<unknown>,
  options: { readonly clientId: string; readonly timeoutMs: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { socket, requestQueue } = connection;
    if (socket === undefined || !connection.isConnected()) {
      reject(new KafkaError('Not connected', { retriable: true }));
      return;
    }
    const { apiKey, apiName, apiVersion } = request;
    const { timeoutMs } = options;
    const correlationId = connection.nextCorrelationId();
    const timer = setTimeout(() => {
      reject(new RequestTimedOut(timeoutMs));
    }, timeoutMs);
    const entry = {
      apiKey,
      apiName,
      apiVersion,
      correlationId,
      resolve: ({ payload }: { readonly payload: Buffer | null }) => {
        clearTimeout(timer);
        resolve(payload ?? NOTHING);
      },
      reject: (error: Error) => {
        clearTimeout(timer);
        reject(error);
      },
    };
    try {
      requestQueue.push({
        entry,
        expectResponse: request.expectResponse ?? true,
        requestTimeout: timeoutMs,
        sendRequest: () => {
          const body = request.encode();
          const pieces = Buffer.isBuffer(body) ? [body] : body;
          askLeave(request);
          write(socket, header(request, { correlationId, clientId: options.clientId }, pieces), pieces);
        },
      });
    } catch (error) {
      requestQueue.inflight.delete(correlationId);
      clearTimeout(timer);
      throw error;
    }
  });
}

function askLeave(request: WireRequest<unknown>): void {
  try {
    request.beforeWrite?.();
  } catch (error) {
    throw new ForbiddenRequest(toError(error));
  }
}

/** Request header v1: length int32 | api key int16 | version int16 | correlation id int32 | client id string. */
function header(
  { apiKey, apiVersion }: WireRequest<unknown>,
  { correlationId, clientId }: { readonly correlationId: number; readonly clientId: string },
  body: readonly Buffer[],
): Buffer {
  const idLength = Buffer.byteLength(clientId);
  const bytes = Buffer.allocUnsafe(HEADER_SIZE + idLength);
  const size = body.reduce((sum, { length }) => sum + length, bytes.length - 4);
  let at = bytes.writeInt32BE(size, 0);
  at = bytes.writeInt16BE(apiKey, at);
  at = bytes.writeInt16BE(apiVersion, at);
  at = bytes.writeInt32BE(correlationId, at);
  at = bytes.writeInt16BE(idLength, at);
  bytes.write(clientId, at);
  return bytes;
}

/** All pieces in one system call where the socket takes them. */
function write(socket: Socket, head: Buffer, body: readonly Buffer[]): void {
  socket.cork();
  socket.write(head);
  for (const piece of body) {
    socket.write(piece);
  }
  socket.uncork();
}
