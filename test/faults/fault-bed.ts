import { Cluster, startBroker, TcpProxy, type AppProcess } from '@millrace/testing';
import type { FaultBed } from './faults.ts';
import { Pipelines } from './pipelines.ts';

const SESSION_TIMEOUT_MS = 3_000;

/** Three workers (one behind a proxy), a gateway, a broker of their own, and three pipelines that run. */
export async function startFaultBed(workerCount = 3): Promise<FaultBed & { close(): Promise<void> }> {
  const proxy = await TcpProxy.start();
  const broker = await startBroker({ proxyPort: proxy.port });
  proxy.retarget(broker.proxyTarget ?? 0);
  const cluster = new Cluster({
    bootstrapServers: broker.bootstrapServers,
    settings: { 'session.timeout.ms': String(SESSION_TIMEOUT_MS) },
  });
  const close = async (): Promise<void> => {
    await cluster.stop();
    await proxy.close();
    await broker.stop();
  };
  try {
    const [gateway] = (await cluster.startMany('gateway', 1)) as unknown as [AppProcess];
    await cluster.startMany('worker', workerCount - 1);
    await (await cluster.start('worker', { 'bootstrap.servers': `127.0.0.1:${proxy.port}` })).ready();
    const pipelines = await Pipelines.create(cluster, gateway.rest, 3);
    return {
      cluster,
      rest: gateway.rest,
      broker,
      proxy,
      pipelines,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
