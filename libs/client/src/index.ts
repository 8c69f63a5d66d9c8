export { createConnectClient, type ConnectClient } from './connect-client.ts';
export { answer, ConnectRestError } from './answer.ts';
export type { components, operations, paths } from './generated.ts';
