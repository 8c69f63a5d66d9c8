import { uniqueName } from '@millrace/testing';
import { memoryOffsetBackingStore, MemoryTopic } from '@millrace/topic-stores';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KafkaSourceOffsetStores } from '../src/offsets/kafka-source-offset-stores.ts';
import { gatewayConfig } from './gateway-config.ts';
import { logger } from './test-gateway.ts';

const A = { file: 'a' };

describe('The offsets of a source', () => {
  const worker = memoryOffsetBackingStore(new MemoryTopic('offsets'));
  const stores = new KafkaSourceOffsetStores({
    config: gatewayConfig(process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? ''),
    worker,
    logger,
  });

  beforeAll(() => worker.start());
  afterAll(() => worker.stop());

  test("are in the worker's topic unless it has one of its own", async () => {
    await stores.use({}, (store) => store.set('plain', [{ partition: A, offset: { position: 1n } }]));
    expect(await worker.get('plain', [A])).toEqual([{ position: 1n }]);
  });

  test('in a topic of its own are found there, by whoever looks next', async () => {
    const own = { 'offsets.storage.topic': uniqueName('own-offsets') };
    await worker.set('own', [{ partition: A, offset: { position: 1n } }]);
    expect(await stores.use(own, (store) => store.all('own'))).toEqual([
      { partition: A, offset: { position: 1n } },
    ]);
    await stores.use(own, (store) => store.set('own', [{ partition: A, offset: { position: 2n } }]));
    await worker.set('own', [{ partition: A, offset: { position: 3n } }]);
    expect(await stores.use(own, (store) => store.get('own', [A]))).toEqual([{ position: 2n }]);
  });

  test('are out of reach where only a secret leads to them', async () => {
    const secret = {
      'offsets.storage.topic': 'mine',
      'producer.override.sasl.jaas.config': '${file:/etc/secrets:jaas}',
    };
    await expect(stores.use(secret, (store) => store.all('c'))).rejects.toThrow(
      /offset topic mine .* producer\.override\.sasl\.jaas\.config, which refers to a config provider/,
    );
  });
});
