import { createAdmin, createKafkaClient, type KafkaClient } from '@millrace/kafka';
import { startBroker, uniqueName, waitFor, type KafkaBroker } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createConfigBackingStore,
  createOffsetBackingStore,
  createStatusBackingStore,
  StoreTimeoutError,
  type ConfigBackingStore,
  type OffsetBackingStore,
  type StatusBackingStore,
  type StatusEntry,
} from '../src/index.ts';
import { LogLines } from './log-lines.ts';
import { topicSettings } from './topics.ts';

const running: StatusEntry = {
  connector: 'c',
  task: null,
  state: 'RUNNING',
  trace: null,
  workerId: 'a:1',
  generation: 1,
  version: null,
};

describe('stores over a broker that freezes and restarts', () => {
  let broker: KafkaBroker;
  let client: KafkaClient;
  let configs: ConfigBackingStore;
  let offsets: OffsetBackingStore;
  let statuses: StatusBackingStore;
  const log = new LogLines();

  beforeAll(async () => {
    broker = await startBroker();
    const { logger } = log;
    // Requests to a broker that is frozen are given up early, so that the test is short.
    const props = { 'bootstrap.servers': broker.bootstrapServers, 'request.timeout.ms': '2000' };
    client = createKafkaClient(props, { logger });
    const common = { client, admin: createAdmin(client), logger };
    const groupId = uniqueName('group');
    configs = createConfigBackingStore({ ...common, settings: topicSettings('configs', 1), groupId });
    offsets = createOffsetBackingStore({ ...common, settings: topicSettings('offsets', 25) });
    statuses = createStatusBackingStore({ ...common, settings: topicSettings('status', 5) });
    await Promise.all([configs.start(), offsets.start(), statuses.start()]);
    await configs.write({ kind: 'create-connector', connector: 'c', config: { v: '0' } });
  }, 120_000);

  afterAll(async () => {
    await Promise.all([configs.stop(), offsets.stop(), statuses.stop()]);
    await client.close();
    await broker.stop();
  });

  it('say that they may be stale, keep what they have, and get over it', async () => {
    expect(configs.staleMs()).toBe(0);
    broker.pause();
    const written = configs.write({ kind: 'put-connector', connector: 'c', config: { v: '1' } }, 60_000);
    const set = offsets.set('c', [{ partition: { file: 'a' }, offset: { position: 1n } }]);
    statuses.put(running);
    await expect(configs.read(500)).rejects.toThrow(StoreTimeoutError);
    await expect(statuses.flush(100)).rejects.toThrow(StoreTimeoutError);
    await waitFor('the copy to be known as stale', () => configs.staleMs() > 3_000);
    expect(configs.snapshot().connectorConfig('c')).toEqual({ v: '0' });
    broker.resume();
    expect((await written).state.connectorConfig('c')).toEqual({ v: '1' });
    await set;
    await statuses.flush(30_000);
    await waitFor('all of it to be read', async () => {
      await statuses.read();
      const [offset] = await offsets.get('c', [{ file: 'a' }]);
      return offset?.['position'] === 1n && statuses.connector('c')?.state === 'RUNNING';
    });
    await waitFor('the copy to be complete again', () => configs.staleMs() === 0);
  }, 120_000);

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'go on after it was restarted with %s',
    async (signal) => {
      const told: string[] = [];
      configs.addListener({ onConnectorConfigUpdate: (connector) => told.push(connector) });
      const restarted = broker.restart(signal);
      const connector = `after-${signal}`;
      const written = configs.write({ kind: 'create-connector', connector, config: {} }, 90_000);
      statuses.put({ ...running, connector });
      const set = offsets.set(connector, [{ partition: { file: 'a' }, offset: { position: 2n } }]);
      await restarted;
      expect((await written).created).toBe(true);
      await set;
      expect(await offsets.all(connector)).toHaveLength(1);
      await waitFor(
        'the status',
        async () => {
          await statuses.read();
          return statuses.connector(connector);
        },
        { timeoutMs: 60_000 },
      );
      expect((await configs.read()).connectorConfig('c')).toEqual({ v: '1' });
      await waitFor('listeners to hear of it', () => told.includes(connector));
    },
    180_000,
  );
});
