import type { NextFunction, Request, RequestHandler, Response } from 'express';

export interface CorsSettings {
  /** `access.control.allow.origin`: origins separated by commas, `*` in them stands for anything. */
  readonly origins: string;
  /** `access.control.allow.methods`; empty: the usual ones. */
  readonly methods: string;
}

const USUAL_METHODS = 'HEAD,POST,GET';
const MAX_AGE_S = '60';
/** What a page must be able to read of an answer. */
const EXPOSED = 'ETag,Location,X-Millrace-Stale';
const ALWAYS_ALLOWED = 'Content-Type';
/** Headers that a page may also send, told to those that ask for one. */
const ALLOWED = `${ALWAYS_ALLOWED},Accept,Authorization,If-Match,If-None-Match`;

/** Cross-origin requests, as the JVM allows them (spec/rest.md section 1); null when they are off. */
export function cors({ origins, methods }: CorsSettings): RequestHandler | null {
  const allowed = patternsOf(origins);
  if (allowed.length === 0) {
    return null;
  }
  return (request: Request, response: Response, next: NextFunction): void => {
    const { origin } = request.headers;
    response.vary('Origin');
    if (origin !== undefined && allowed.some((pattern) => pattern.test(origin))) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
        const more = request.headers['access-control-request-headers'] !== undefined;
        response.setHeader('Access-Control-Allow-Methods', methods === '' ? USUAL_METHODS : methods);
        response.setHeader('Access-Control-Allow-Headers', more ? ALLOWED : ALWAYS_ALLOWED);
        response.setHeader('Access-Control-Max-Age', MAX_AGE_S);
      } else {
        response.setHeader('Access-Control-Expose-Headers', EXPOSED);
      }
    }
    next();
  };
}

function literal(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

function patternsOf(origins: string): readonly RegExp[] {
  return origins
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '')
    .map((origin) => new RegExp(`^${origin.split('*').map(literal).join('.*')}$`));
}
