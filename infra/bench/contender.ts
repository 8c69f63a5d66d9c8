import type { ConnectNode } from '../processes/connect-node.ts';

/** What takes part in a benchmark; all get the same settings (`nodeProperties`) and the same work. */
export type Contender = ConnectNode;
