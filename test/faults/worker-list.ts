import { waitFor, type AppProcess, type Cluster, type RestClient } from '@millrace/testing';

export interface WorkerInfo {
  readonly id: string;
  readonly leader: boolean;
  readonly drained: boolean;
  readonly connectors: readonly string[];
  readonly tasks: readonly unknown[];
}

/** The workers as `GET /workers` lists them. */
export async function workers(rest: RestClient): Promise<readonly WorkerInfo[]> {
  const { status, body } = await rest.get('/workers');
  if (status !== 200) {
    throw new Error(`GET /workers was answered ${status}: ${JSON.stringify(body)}`);
  }
  return body as readonly WorkerInfo[];
}

/** The process of the group's leader, or of some follower. */
export async function workerProcess(
  cluster: Cluster,
  rest: RestClient,
  which: 'leader' | 'follower',
): Promise<AppProcess> {
  const info = await waitFor(`a ${which}`, async () =>
    (await workers(rest)).find(({ leader }) => leader === (which === 'leader')),
  );
  const process = cluster.processes.find(({ role, workerId }) => role === 'worker' && workerId === info.id);
  if (process === undefined) {
    throw new Error(`Worker ${info.id} is none of this cluster's processes`);
  }
  return process;
}
