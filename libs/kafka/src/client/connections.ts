import { toError } from '@millrace/connect-api';
import Connection, { type KafkajsLogger, type KafkajsRequest } from 'kafkajs/src/network/connection.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import type { Logger } from 'pino';
import { KafkaError } from '../errors.ts';
import { apiVersionsRequest } from './api-versions-request.ts';
import type { ConnectionSettings } from './client-settings.ts';
import type { WireRequest } from './kafka-client.ts';
import { ForbiddenRequest, RequestTimedOut, transmit } from './transmit.ts';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** The lane of requests that are answered at once; long polls and the like take lanes of their own. */
const DEFAULT_LANE = 'default';

/** A connection in the pool; `ready` settles when it can be used. */
interface Link {
  readonly lane: string;
  readonly connection: Connection;
  readonly ready: Promise<void>;
  /** Why it was closed from here. */
  dropped: Error | null;
}

/** The last attempts to connect to a broker, none of which succeeded. */
interface FailedAttempts {
  readonly count: number;
  readonly error: KafkaError;
  /** performance.now() of the next one that is worth it. */
  readonly notBefore: number;
}

/** kafkajs's connections to the brokers of one cluster: one per broker and lane, made when first needed. */
export class Connections {
  readonly #settings: ConnectionSettings;
  readonly #clientId: string;
  readonly #logger: Logger;
  readonly #links = new Map<string, Link>();
  /** By address. */
  readonly #failed = new Map<string, FailedAttempts>();
  #closed = false;

  constructor(settings: ConnectionSettings, clientId: string, logger: Logger) {
    this.#settings = settings;
    this.#clientId = clientId;
    this.#logger = logger;
  }

  /** Sends a request; a KafkaError (retriable) when the connection fails or time runs out, or what `beforeWrite` threw. */
  async send<R>(to: BrokerAddress, request: WireRequest<R>): Promise<R> {
    const context = `${request.apiName} to ${addressOf(to)}`;
    const link = await this.#link(to, request.lane ?? DEFAULT_LANE);
    try {
      const timeoutMs = request.timeoutMs ?? this.#settings.requestTimeoutMs;
      const clientId = request.clientId ?? this.#clientId;
      const payload = await transmit(link.connection, request, { clientId, timeoutMs });
      return request.decode(payload);
    } catch (error) {
      if (error instanceof ForbiddenRequest) {
        throw error.reason;
      }
      if (error instanceof RequestTimedOut) {
        // A peer that is gone without a word looks like this; a new connection tells.
        this.#drop(link, error);
      }
      throw wrap(error, context);
    }
  }

  closeLane(lane: string): void {
    for (const link of this.#links.values()) {
      if (link.lane === lane) {
        this.#drop(link, new KafkaError('The connection was closed', { retriable: false }));
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const links = [...this.#links.values()];
    for (const link of links) {
      this.#drop(link, new KafkaError('The Kafka client was closed', { retriable: false }));
    }
    await Promise.allSettled(links.map(({ ready }) => ready));
  }

  async #link(to: BrokerAddress, lane: string): Promise<Link> {
    if (this.#closed) {
      throw new KafkaError('The Kafka client is closed', { retriable: false });
    }
    const key = `${addressOf(to)}/${lane}`;
    let link = this.#links.get(key);
    if (link !== undefined) {
      await this.#opened(link, to);
      if (this.#usable(link.connection)) {
        return link;
      }
      if (this.#links.get(key) === link) {
        this.#links.delete(key);
        // Its last responses may still come in.
        void link.connection.disconnect();
      }
      return this.#link(to, lane);
    }
    this.#waitBeforeReconnect(to);
    const connection = this.#connection(to);
    link = { lane, connection, ready: this.#open(connection), dropped: null };
    this.#links.set(key, link);
    try {
      await this.#opened(link, to);
      this.#failed.delete(addressOf(to));
    } catch (error) {
      if (link.dropped === null) {
        this.#drop(link, toError(error));
        this.#connectFailed(to, wrap(error, `Connection to ${addressOf(to)}`));
      }
      throw error;
    }
    return link;
  }

  async #opened(link: Link, to: BrokerAddress): Promise<void> {
    try {
      await link.ready;
    } catch (error) {
      throw wrap(link.dropped ?? error, `Connection to ${addressOf(to)}`);
    }
  }

  /** Throws the last error again while the broker need not be tried (`reconnect.backoff.ms`): callers come back anyway. */
  #waitBeforeReconnect(to: BrokerAddress): void {
    const failed = this.#failed.get(addressOf(to));
    if (failed !== undefined && performance.now() < failed.notBefore) {
      throw failed.error;
    }
  }

  #connectFailed(to: BrokerAddress, error: KafkaError): void {
    const { reconnectBackoffMs, reconnectBackoffMaxMs } = this.#settings;
    const count = (this.#failed.get(addressOf(to))?.count ?? 0) + 1;
    const pause = Math.min(reconnectBackoffMs * 2 ** (count - 1), reconnectBackoffMaxMs);
    this.#failed.set(addressOf(to), { count, error, notBefore: performance.now() + pause });
  }

  /** A SASL session that is about to end is not renewed under requests that are under way: the next one starts another. */
  #usable(connection: Connection): boolean {
    return connection.isConnected() && (this.#settings.sasl === null || connection.isAuthenticated());
  }

  #connection(to: BrokerAddress): Connection {
    const { ssl, sasl, requestTimeoutMs, connectTimeoutMs } = this.#settings;
    const connection = new Connection({
      host: to.host,
      port: to.port,
      clientId: this.#clientId,
      logger: kafkajsLogger(this.#logger),
      socketFactory: createSocketFactory(),
      requestTimeout: requestTimeoutMs,
      connectionTimeout: connectTimeoutMs,
      enforceRequestTimeout: false,
      ssl,
      sasl,
    });
    tameRequestQueue(connection);
    return connection;
  }

  async #open(connection: Connection): Promise<void> {
    const { sasl, connectTimeoutMs, requestTimeoutMs } = this.#settings;
    const connecting = connection.connect();
    // kafkajs watches over the attempt to connect only.
    const limit = setTimeout(() => {
      connection.socket?.destroy(new RequestTimedOut(requestTimeoutMs));
    }, connectTimeoutMs + requestTimeoutMs);
    try {
      await connecting;
      connection.socket?.setNoDelay(true);
      if (sasl !== null) {
        const versions = await connection.send(toKafkajs(apiVersionsRequest()));
        connection.setVersions(versions);
        connection.setSupportAuthenticationProtocol(true);
        await connection.authenticate();
      }
    } finally {
      clearTimeout(limit);
    }
  }

  #drop(link: Link, reason: Error): void {
    link.dropped ??= reason;
    for (const [key, known] of this.#links) {
      if (known === link) {
        this.#links.delete(key);
      }
    }
    const { connection } = link;
    connection.rejectRequests(reason);
    // An error makes kafkajs give up what it waits for, its attempt to connect included.
    connection.socket?.destroy(reason);
    void connection.disconnect();
  }
}

/**
 * kafkajs re-arms a 1 ms timer for ever after the first response (design section 6); it is needed only while requests wait
 * for a throttle to end.
 */
function tameRequestQueue(connection: Connection): void {
  const queue = connection.requestQueue;
  const schedule = queue.scheduleCheckPendingRequests.bind(queue);
  queue.scheduleCheckPendingRequests = () => {
    if (queue.pending.length > 0) {
      schedule();
    }
  };
}

/** A request in kafkajs's own form, for what comes before authentication. */
function toKafkajs<R>(request: WireRequest<R>): KafkajsRequest<R> {
  const { apiKey, apiVersion, apiName } = request;
  return {
    request: {
      apiKey,
      apiVersion,
      apiName,
      encode: () => {
        const body = request.encode();
        const buffer = Buffer.isBuffer(body) ? body : Buffer.concat(body);
        return Promise.resolve({ buf: buffer, buffer });
      },
    },
    response: {
      decode: (payload) => Promise.resolve({ payload, clientSideThrottleTime: null }),
      parse: (data) => Promise.resolve(request.decode((data as { payload: Buffer }).payload)),
    },
    logResponseError: false,
  };
}

function addressOf({ host, port }: BrokerAddress): string {
  return `${host}:${port}`;
}

function wrap(error: unknown, context: string): KafkaError {
  if (error instanceof KafkaError) {
    return error;
  }
  const cause = toError(error);
  const lasting = /SASL|ILLEGAL_SASL|Authentication/i.test(`${cause.name} ${cause.message}`);
  return new KafkaError(`${context}: ${cause.message}`, { retriable: !lasting, cause });
}

/** kafkajs's own log lines, at trace level: what matters is thrown, and logged by whoever handles it. */
function kafkajsLogger(logger: Logger): KafkajsLogger {
  const write = (message: string, extra?: object): void => {
    logger.trace(extra ?? {}, message);
  };
  const self: KafkajsLogger = {
    namespace: () => self,
    debug: () => undefined,
    info: write,
    warn: write,
    error: write,
  };
  return self;
}
