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

/**
 * Writes a request to a connection and resolves with the response's body. kafkajs keeps the account of requests and
 * their times; the bytes go past it, since it would copy each request twice into zeroed memory.
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
    const correlationId = connection.nextCorrelationId();
    const entry = {
      apiKey,
      apiName,
      apiVersion,
      correlationId,
      resolve: ({ payload }: { readonly payload: Buffer | null }) => {
        resolve(payload ?? NOTHING);
      },
      reject,
    };
    try {
      requestQueue.push({
        entry,
        expectResponse: request.expectResponse ?? true,
        requestTimeout: options.timeoutMs,
        sendRequest: () => {
          const body = request.encode();
          const pieces = Buffer.isBuffer(body) ? [body] : body;
          askLeave(request);
          write(socket, header(request, { correlationId, clientId: options.clientId }, pieces), pieces);
        },
      });
    } catch (error) {
      requestQueue.inflight.delete(correlationId);
      throw error;
    }
    // kafkajs takes the longer of this and the connection's time-out; a caller that gives one means it.
    const waiting = requestQueue.inflight.get(correlationId);
    if (waiting !== undefined) {
      waiting.requestTimeout = options.timeoutMs;
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
