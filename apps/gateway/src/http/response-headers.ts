import type { ResponseHeader } from '@millrace/config';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** Adds the headers of `response.http.headers.config` to every answer. */
export function responseHeaders(
  rules: readonly ResponseHeader[],
  now: () => number = Date.now,
): RequestHandler {
  return (_request: Request, response: Response, next: NextFunction): void => {
    for (const { action, name, value } of rules) {
      switch (action) {
        case 'set':
          response.setHeader(name, value);
          break;
        case 'add':
          response.append(name, value);
          break;
        case 'setDate':
          response.setHeader(name, dateAfter(now(), value));
          break;
        case 'addDate':
          response.append(name, dateAfter(now(), value));
          break;
      }
    }
    next();
  };
}

function dateAfter(now: number, ms: string): string {
  return new Date(now + Number(ms)).toUTCString();
}
