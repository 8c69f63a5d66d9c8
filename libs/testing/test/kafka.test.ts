import { expect, it } from 'vitest';
import { startBroker, TcpProxy, waitFor } from '../src/index.ts';

it('starts a broker that answers, restarts it on the same port, and leaves no process behind', async () => {
  const broker = await startBroker();
  const address = broker.bootstrapServers;
  await broker.restart('SIGKILL');
  expect(broker.bootstrapServers).toBe(address);
  await broker.stop();
}, 60_000);

it('says what was seen when a wait runs out', async () => {
  await expect(waitFor('a seven', () => null, { timeoutMs: 20, seen: () => 'a six' })).rejects.toThrow(
    'Waited 20 ms in vain for a seven; last seen: a six',
  );
});

it('cuts connections through a proxy and lets new ones through again', async () => {
  const proxy = await TcpProxy.start(1);
  proxy.cut();
  proxy.restore();
  await proxy.close();
});
