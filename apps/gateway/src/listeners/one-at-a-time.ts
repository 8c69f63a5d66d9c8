import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Requests that a client may send before it has the answer to the first; few clients send even a second. */
const MOST_WAITING = 32;

/**
 * Handles the requests of a connection one after the other. Node hands over as many as a client has sent, answers of which it would keep
 * until the client takes the first.
 */
export function oneAtATime(handler: Handler): Handler {
  const waiting = new WeakMap<Socket, (() => void)[]>();
  const begin = (request: IncomingMessage, response: ServerResponse, queue: (() => void)[]): void => {
    response.once('close', () => {
      const next = queue.shift();
      if (next === undefined) {
        waiting.delete(request.socket);
      } else {
        next();
      }
    });
    handler(request, response);
  };
  return (request, response) => {
    const { socket } = request;
    const queue = waiting.get(socket);
    if (queue === undefined) {
      const own: (() => void)[] = [];
      waiting.set(socket, own);
      begin(request, response, own);
    } else if (queue.length < MOST_WAITING) {
      queue.push(() => {
        begin(request, response, queue);
      });
    } else {
      queue.length = 0;
      socket.destroy();
    }
  };
}
