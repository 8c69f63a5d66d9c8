import { networkInterfaces } from 'node:os';
import { hostAndPort, type Listener } from './listeners.ts';
import type { WorkerValues } from './worker-values.ts';

/** How others are to name and reach this process. */
export interface Advertised {
  /** `http://host:port/`. */
  readonly url: string;
  /** `host:port`, as statuses name a worker. */
  readonly hostPort: string;
}

/**
 * The advertised address as the JVM finds it: `rest.advertised.*`, else the listener of the advertised scheme, else this machine. A process
 * that listens nowhere, or on a port that it does not know yet, is told from its neighbours by its process id.
 */
export function advertised(values: WorkerValues, listeners: readonly Listener[]): Advertised {
  const scheme = advertisedScheme(values, listeners);
  const listener = listeners.find((each) => each.scheme === scheme);
  const host = firstNonEmpty(
    values.textOrNull('rest.advertised.host.name'),
    reachable(listener?.host),
    thisMachine(),
  );
  const port = values.numberOrNull('rest.advertised.port') ?? listener?.port ?? 0;
  return {
    url: `${scheme}://${hostAndPort(host, port)}/`,
    hostPort: hostAndPort(host, port === 0 ? process.pid : port),
  };
}

function advertisedScheme(values: WorkerValues, listeners: readonly Listener[]): 'http' | 'https' {
  const given = values.textOrNull('rest.advertised.listener')?.toLowerCase();
  if (given === 'http' || given === 'https') {
    return given;
  }
  return listeners.some(({ scheme }) => scheme === 'http') ? 'http' : (listeners[0]?.scheme ?? 'http');
}

/** An address of all interfaces is no address to reach someone by. */
function reachable(host: string | undefined): string | undefined {
  return host === '0.0.0.0' || host === '::' ? undefined : host;
}

function thisMachine(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}

function firstNonEmpty(...texts: readonly (string | null | undefined)[]): string {
  return texts.find((text) => text !== null && text !== undefined && text !== '') ?? '';
}
