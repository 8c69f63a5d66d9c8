/** The parts of kafkajs that this room builds on; they are not in its public types. Pinned to kafkajs 2.2.4. */
declare module 'kafkajs/src/network/connection.js' {
  import type { Socket } from 'node:net';

  export interface KafkajsLogger {
    namespace(name: string): KafkajsLogger;
    debug(message: string, extra?: object): void;
    info(message: string, extra?: object): void;
    warn(message: string, extra?: object): void;
    error(message: string, extra?: object): void;
  }
  export interface KafkajsRequest<R> {
    readonly request: {
      readonly apiKey: number;
      readonly apiVersion: number;
      readonly apiName: string;
      expectResponse?(): boolean;
      encode(): Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
    };
    readonly response: { decode(payload: Buffer): Promise<unknown>; parse(data: unknown): Promise<R> };
    readonly requestTimeout?: number;
    readonly logResponseError?: boolean;
  }
  export default class Connection {
    constructor(options: {
      host: string;
      port: number;
      clientId: string;
      logger: KafkajsLogger;
      socketFactory: unknown;
      requestTimeout: number;
      connectionTimeout: number;
      enforceRequestTimeout: boolean;
      ssl: object | null;
      sasl: object | null;
    });
    readonly requestQueue: {
      readonly pending: readonly unknown[];
      /** By correlation id. */
      readonly inflight: Map<number, unknown>;
      scheduleCheckPendingRequests(): void;
      /** Calls `sendRequest` at once, since nothing here limits or throttles requests. */
      push(request: {
        readonly entry: {
          readonly apiKey: number;
          readonly apiName: string;
          readonly apiVersion: number;
          readonly correlationId: number;
          resolve(response: { readonly payload: Buffer | null }): void;
          reject(error: Error): void;
        };
        readonly expectResponse: boolean;
        readonly requestTimeout: number;
        sendRequest(): void;
      }): void;
    };
    /** There once `connect` was called. */
    readonly socket?: Socket;
    connect(): Promise<unknown>;
    authenticate(): Promise<void>;
    disconnect(): Promise<unknown>;
    isConnected(): boolean;
    /** False also when the session that SASL gave is about to end (KIP-368). */
    isAuthenticated(): boolean;
    nextCorrelationId(): number;
    rejectRequests(error: Error): void;
    setVersions(versions: object): void;
    setSupportAuthenticationProtocol(supported: boolean): void;
    send<R>(request: KafkajsRequest<R>): Promise<R>;
  }
}
declare module 'kafkajs/src/network/socketFactory.js' {
  export default function createSocketFactory(): unknown;
}
