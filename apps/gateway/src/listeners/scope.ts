import type { IncomingMessage } from 'node:http';

/** Which resources a listener has: with `admin.listeners`, the admin resources are on listeners of their own. */
export type ListenerScope = 'all' | 'public' | 'admin';

const scopes = new WeakMap<IncomingMessage, ListenerScope>();

/** Remembers by which listener a request came. */
export function setScope(request: IncomingMessage, scope: ListenerScope): void {
  scopes.set(request, scope);
}

const ADMIN = /^\/admin(?:\/|$)/;

/** Whether the listener that a request came by has this path. */
export function isInScope(request: IncomingMessage, path: string): boolean {
  switch (scopes.get(request)) {
    case 'public':
      return !ADMIN.test(path);
    case 'admin':
      return ADMIN.test(path);
    case 'all':
    case undefined:
      return true;
  }
}
