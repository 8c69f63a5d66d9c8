import type { ConnectNode, NodePlace } from '../processes/connect-node.ts';
import type { StartedProcess } from '../processes/process-group.ts';

/** What takes part in a benchmark; all get the same settings (`nodeProperties`) and the same work. */
export interface Contender extends ConnectNode {
  /** The halves of a node as processes of their own, of a contender that can be had in halves. */
  readonly halves?: NodeHalves;
}

/** Each starts one half of a node, which is not waited for. `port`: of the REST API, or of a worker's health. */
export interface NodeHalves {
  worker(place: NodePlace, port: number): StartedProcess;
  gateway(place: NodePlace, port: number): StartedProcess;
}
