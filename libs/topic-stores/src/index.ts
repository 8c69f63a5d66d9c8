export * from './types.ts';
export * from './errors.ts';
export * from './config/cluster-config-state.ts';
export * from './config/config-write.ts';
export * from './config/config-backing-store.ts';
export * from './offset/offset-backing-store.ts';
export * from './status/status-backing-store.ts';
export { decodeConfigRecord, type ConfigRecord } from './config/config-records.ts';
