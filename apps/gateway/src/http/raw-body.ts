import { BodyTooLargeError, type RawBody, UnsupportedMediaTypeError } from '@millrace/rest';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { sendError } from './send-json.ts';

/** More than a record of a topic can hold with Kafka's usual limits. */
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * Reads each body as bytes, whatever its type: calls that take none get none wrong, calls that take one parse it themselves
 * (clients.md). What is larger than a topic can hold is refused while it comes.
 */
export function rawBody(): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    read(request).then(
      (bytes) => {
        request.body = { contentType: request.headers['content-type'], bytes } satisfies RawBody;
        next();
      },
      (error: unknown) => {
        refuse(request, response, error);
      },
    );
  };
}

function read(request: Request): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return Promise.reject(new UnsupportedMediaTypeError());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BYTES) {
        request.pause();
        reject(new BodyTooLargeError(`The body is larger than ${MAX_BYTES} bytes`));
      } else {
        chunks.push(chunk);
      }
    });
    request.once('end', () => {
      resolve(Buffer.concat(chunks, size));
    });
    request.once('error', reject);
  });
}

function refuse(request: Request, response: Response, error: unknown): void {
  // What is still to come would otherwise be taken for the next request.
  response.setHeader('Connection', 'close');
  if (error instanceof BodyTooLargeError || error instanceof UnsupportedMediaTypeError) {
    sendError(response, error.status, error.message);
    response.once('finish', () => {
      request.socket.destroySoon();
    });
  } else {
    request.socket.destroy();
  }
}
