export * from './types.ts';
export * from './protocol/protocol-error.ts';
export * from './protocol/assignment-v0.ts';
export * from './protocol/assignment-v1.ts';
export * from './protocol/metadata-v0.ts';
export * from './protocol/metadata-v1.ts';
export * from './protocol/connect-protocol.ts';
