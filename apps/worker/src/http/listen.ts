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

/** Lets requests under way end, for a moment. */
export async function closeServers(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map((server) => close(server)));
}

function open(handler: RequestListener, { scheme, host, port }: Listener): Promise<Server> {
  if (scheme !== 'http') {
    const given = `${scheme}://${hostAndPort(host, port)}`;
    throw ConfigError.invalidValue(
      'listeners',
      given,
      'the health and metrics port of a worker speaks http only',
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

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => {
      server.closeAllConnections();
    }, CLOSE_LIMIT_MS);
    server.close(() => {
      clearTimeout(limit);
      resolve();
    });
    server.closeIdleConnections();
  });
}
