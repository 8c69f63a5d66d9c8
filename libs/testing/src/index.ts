export * from './cluster.ts';
export * from './fixtures.ts';
export * from './kafka.ts';
export { isLinearizable, type ConnectorOperation } from './linearizable.ts';
export * from './names.ts';
export * from './process.ts';
export * from './rest-client.ts';
export * from './tcp-proxy.ts';
export * from './wait-for.ts';
