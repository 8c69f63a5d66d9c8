import { createServer } from 'node:net';

/** The port if nobody has it, else one that is free. */
export async function portOr(preferred: number): Promise<number> {
  return (await tryPort(preferred)) ?? (await tryPort(0)) ?? preferred;
}

/** The port that could be had, on all addresses; null when it could not. */
function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(null);
    });
    server.listen(port, () => {
      const address = server.address();
      server.close(() => {
        resolve(address === null || typeof address === 'string' ? null : address.port);
      });
    });
  });
}
