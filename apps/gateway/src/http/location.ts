import type { Request } from 'express';
import { pathSegment } from './request-path.ts';

/** The absolute address of a connector at the server that was asked (spec/rest.md section 1). */
export function connectorLocation(request: Request, name: string): string {
  return `${request.protocol}://${request.headers.host ?? 'localhost'}/connectors/${pathSegment(name)}`;
}
