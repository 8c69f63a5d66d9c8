import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { paths } from './generated.ts';

/** One method per HTTP method, typed by path: `client.GET('/connectors/{connector}', { params: { path: { connector } } })`. */
export type ConnectClient = Client<paths, 'application/json'>;

/** A client of the REST API at `baseUrl`, e.g. `http://localhost:8083`. */
export function createConnectClient(
  baseUrl: string,
  options: Pick<ClientOptions, 'fetch' | 'headers'> = {},
): ConnectClient {
  return createClient<paths, 'application/json'>({ ...options, baseUrl });
}
