import { BodyTooLargeError, UnavailableError, UnsupportedMediaTypeError, type RawBody } from '@millrace/rest';
import type { ErrorMessage, RestError } from '@millrace/rest';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** More than a record of a topic can hold with Kafka's usual limits. */
const MAX_BYTES = 5 * 1024 * 1024;
/** Of all requests that are not answered yet. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
/** A client that is still sending has so long to come to its end and read why it was refused. */
const LINGER_MS = 5_000;

/**
 * Reads each body as bytes, whatever its type: calls that take none get none wrong, calls that take one parse it themselves
 * (clients.md). What is larger than a topic can hold is refused while it comes, and so is more than the process should hold at a time.
 */
export function rawBody(): RequestHandler {
  const held = new HeldBytes();
  return (request: Request, response: Response, next: NextFunction): void => {
    read(request, held.of(response)).then(
      (bytes) => {
        request.body = { contentType: request.headers['content-type'], bytes } satisfies RawBody;
        next();
      },
      (error: unknown) => {
        if (isRefusal(error)) {
          refuse(request, response, error);
        } else {
          request.socket.destroy();
        }
      },
    );
  };
}

/** Takes so many bytes into account; false when they are too many. */
type Hold = (bytes: number) => boolean;

/** What the bodies of requests that are not answered yet take. */
class HeldBytes {
  #all = 0;

  of(response: Response): Hold {
    let own = 0;
    response.once('close', () => {
      this.#all -= own;
      own = 0;
    });
    return (bytes) => {
      if (this.#all + bytes > MAX_HELD_BYTES) {
        return false;
      }
      this.#all += bytes;
      own += bytes;
      return true;
    };
  }
}

function read(request: Request, hold: Hold): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return Promise.reject(new UnsupportedMediaTypeError());
  }
  if (Number(request.headers['content-length'] ?? 0) > MAX_BYTES) {
    return Promise.reject(tooLarge());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuseWith = (error: RestError): void => {
      request.off('data', take);
      chunks.length = 0;
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > MAX_BYTES) {
        refuseWith(tooLarge());
      } else if (!hold(chunk.length)) {
        refuseWith(new UnavailableError('Too many large requests are under way; try again in a moment'));
      } else {
        chunks.push(chunk);
      }
    };
    request.on('data', take);
    request.once('end', () => {
      resolve(Buffer.concat(chunks, size));
    });
    request.once('error', reject);
  });
}

function tooLarge(): BodyTooLargeError {
  return new BodyTooLargeError(`The body is larger than ${MAX_BYTES} bytes`);
}

function isRefusal(error: unknown): error is RestError {
  return (
    error instanceof BodyTooLargeError ||
    error instanceof UnsupportedMediaTypeError ||
    error instanceof UnavailableError
  );
}

/**
 * Answers at once, but lets the client send on for a while: closed under its hands, the connection would be reset, and the answer lost. What
 * is still to come must not be taken for the next request, so that the connection ends with this one.
 */
function refuse(request: Request, response: Response, { status, message }: RestError): void {
  const body: ErrorMessage = { error_code: status, message };
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    Connection: 'close',
  });
  response.write(text);
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.once('end', end);
  request.once('error', end);
  request.resume();
}
