import { BadRequestError } from '@millrace/rest';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { isInScope } from '../listeners/scope.ts';
import { acceptsJson } from './accepts-json.ts';
import { normalisedUrl } from './request-path.ts';
import type { RouteTable } from './route-table.ts';
import { sendError, sendJson } from './send-json.ts';

/**
 * What a JAX-RS server decides before any handler (spec/rest.md section 1): malformed paths, unknown resources, methods that a
 * resource has not, OPTIONS, and clients that accept no JSON.
 */
export function requestGate(routes: RouteTable): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    try {
      request.url = normalisedUrl(request.url);
    } catch (error) {
      if (error instanceof BadRequestError) {
        sendError(response, error.status, error.message);
        return;
      }
      throw error;
    }
    const methods = routes.methods(request.path);
    if (methods === null || !isInScope(request, request.path)) {
      sendError(response, 404);
    } else if (request.method === 'OPTIONS') {
      response.setHeader('Allow', methods.join(','));
      response.setHeader('Content-Type', 'application/json');
      sendJson(response, 200, null);
    } else if (!methods.includes(request.method)) {
      response.setHeader('Allow', methods.join(','));
      sendError(response, 405);
    } else if (!acceptsJson(request.headers.accept)) {
      sendError(response, 406);
    } else {
      next();
    }
  };
}
