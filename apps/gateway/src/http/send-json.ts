import type { ServerResponse } from 'node:http';
import { frameworkMessage, type ErrorMessage } from '@millrace/rest';
import { currentStaleMs } from './staleness.ts';
import { JsonText } from './reply.ts';

/** Set on an answer that does not rest on all that was acknowledged before the request (design invariant 3). */
const STALE_HEADER = 'X-Millrace-Stale';

/** Ends a response with a JSON body, or none; `Content-Type` is `application/json` with no charset, as the JVM's. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  const staleMs = currentStaleMs();
  if (staleMs > 0) {
    response.setHeader(STALE_HEADER, String(Math.ceil(staleMs)));
  }
  if (body === undefined || body === null) {
    response.end();
    return;
  }
  const text = body instanceof JsonText ? body.text : JSON.stringify(body);
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}

/** Ends a response with an error of the server itself, in the words of the JVM's. */
export function sendError(
  response: ServerResponse,
  status: number,
  message = frameworkMessage(status),
): void {
  const body: ErrorMessage = { error_code: status, message };
  sendJson(response, status, body);
}
