import { createServer, type RequestListener, type Server } from 'node:http';
import { ConfigError } from '@millrace/connect-api';
import { hostAndPort, type Listener } from '@millrace/config';

const CLOSE_LIMIT_MS = 2_000;

/** Serves on every listener; rejects when one of their ports cannot be had, with none of them open. */
export async function listen(
  handler: RequestListener,
  listeners: readonly Listener[],
): Promise<readonly Server[]> {
  const servers: Server[] = [];
  try {
    for (const listener of listeners) {
      servers.push(await open(handler, listener));
    }
  } catch (error) {
    await closeServers(servers);
    throw error;
  }
  return servers;
}

function open(handler: RequestListener, { scheme, host, port }: Listener): Promise<Server> {
  if (scheme !== 'http') {
    throw ConfigError.invalidValue(
      'listeners',
      `${scheme}://${hostAndPort(host, port)}`,
      'this process serves http only',
    );
  }
  const server = createServer(handler);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === '' ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

/** A URL of a server for people of this machine: the port is the real one where any was asked for. */
export function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    return `http://${String(address)}`;
  }
  const host = ['::', '0.0.0.0'].includes(address.address) ? 'localhost' : address.address;
  return `http://${hostAndPort(host, address.port)}`;
}

/** Lets requests under way end, for a moment. */
export async function closeServers(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          const timer = setTimeout(() => {
            server.closeAllConnections();
          }, CLOSE_LIMIT_MS);
          server.close(() => {
            clearTimeout(timer);
            resolve();
          });
          server.closeIdleConnections();
        }),
    ),
  );
}
