/// <reference path="./kafkajs-internals.d.ts" />
import Connection, { type KafkajsLogger, type KafkajsRequest } from 'kafkajs/src/network/connection.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import type { Logger } from 'pino';
import { KafkaError } from '../errors.ts';
import { apiVersionsRequest } from './api-versions-request.ts';
import type { ConnectionSettings } from './client-settings.ts';
import type { WireRequest } from './kafka-client.ts';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** The lane of requests that are answered at once; long polls and the like take lanes of their own. */
const DEFAULT_LANE = 'default';

/** kafkajs's connections to the brokers of one cluster: one per broker and lane, made when first needed. */
export class Connections {
  readonly #settings: ConnectionSettings;
  readonly #clientId: string;
  readonly #logger: Logger;
  readonly #open = new Map<string, Promise<Connection>>();
  #closed = false;

  constructor(settings: ConnectionSettings, clientId: string, logger: Logger) {
    this.#settings = settings;
    this.#clientId = clientId;
    this.#logger = logger;
  }

  /** Sends a request; a KafkaError (retriable) when the connection fails or time runs out. */
  async send<R>(to: BrokerAddress, request: WireRequest<R>): Promise<R> {
    const connection = await this.#connection(to, request.lane ?? DEFAULT_LANE);
    try {
      return await connection.send(toKafkajs(request));
    } catch (error) {
      throw wrap(error, `${request.apiName} to ${to.host}:${to.port}`);
    }
  }

  /** Connects without sending; throws the reason as a KafkaError. */
  async check(to: BrokerAddress): Promise<void> {
    await this.#connection(to, DEFAULT_LANE);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map((connection) => connection.then(disconnect, () => undefined)));
  }

  async #connection(to: BrokerAddress, lane: string): Promise<Connection> {
    if (this.#closed) {
      throw new KafkaError('The Kafka client is closed', { retriable: false });
    }
    const key = `${to.host}:${to.port}/${lane}`;
    const known = this.#open.get(key);
    if (known !== undefined) {
      const connection = await known;
      if (connection.isConnected()) {
        return connection;
      }
      if (this.#open.get(key) === known) {
        this.#open.delete(key);
      }
      return this.#connection(to, lane);
    }
    const connecting = this.#connect(to);
    this.#open.set(key, connecting);
    try {
      return await connecting;
    } catch (error) {
      if (this.#open.get(key) === connecting) {
        this.#open.delete(key);
      }
      throw wrap(error, `Connection to ${to.host}:${to.port}`);
    }
  }

  async #connect(to: BrokerAddress): Promise<Connection> {
    const { ssl, sasl, requestTimeoutMs, connectTimeoutMs } = this.#settings;
    const connection = new Connection({
      host: to.host,
      port: to.port,
      clientId: this.#clientId,
      logger: kafkajsLogger(this.#logger),
      socketFactory: createSocketFactory(),
      requestTimeout: requestTimeoutMs,
      connectionTimeout: connectTimeoutMs,
      enforceRequestTimeout: true,
      ssl,
      sasl,
    });
    tameRequestQueue(connection);
    await connection.connect();
    if (sasl !== null) {
      const versions = await connection.send(toKafkajs(apiVersionsRequest()));
      connection.setVersions(versions);
      connection.setSupportAuthenticationProtocol(true);
      await connection.authenticate();
    }
    return connection;
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

function toKafkajs<R>(request: WireRequest<R>): KafkajsRequest<R> {
  const { apiKey, apiVersion, apiName, expectResponse } = request;
  return {
    request: {
      apiKey,
      apiVersion,
      apiName,
      expectResponse: () => expectResponse ?? true,
      encode: () => {
        const buffer = request.encode();
        return Promise.resolve({ buf: buffer, buffer });
      },
    },
    response: {
      decode: (payload) => Promise.resolve({ payload, clientSideThrottleTime: null }),
      parse: (data) => Promise.resolve(request.decode((data as { payload: Buffer }).payload)),
    },
    ...(request.timeoutMs === undefined ? {} : { requestTimeout: request.timeoutMs }),
    logResponseError: false,
  };
}

async function disconnect(connection: Connection): Promise<void> {
  connection.rejectRequests(new KafkaError('The Kafka client was closed', { retriable: false }));
  await connection.disconnect();
}

function wrap(error: unknown, context: string): KafkaError {
  if (error instanceof KafkaError) {
    return error;
  }
  const cause = error instanceof Error ? error : new Error(String(error));
  const lasting = /SASL|ILLEGAL_SASL|Authentication/i.test(`${cause.name} ${cause.message}`);
  return new KafkaError(`${context}: ${cause.message}`, { retriable: !lasting, cause });
}

/** kafkajs's own log lines, at debug level: what matters is thrown, and logged by whoever handles it. */
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
