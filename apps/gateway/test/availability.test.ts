import { BrokerUnavailableError } from '@millrace/kafka';
import { StoreTimeoutError, TopicCheckError, type ConfigBackingStore } from '@millrace/topic-stores';
import { waitFor } from '@millrace/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { Startup } from '../src/stores/startup.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { logger, SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

const CONFIG = { 'connector.class': SOURCE };

let gateway: TestGateway | null = null;

afterEach(async () => {
  await gateway?.stop();
  gateway = null;
});

describe('before the topics have been read', () => {
  test('every call is answered 503 with what is going on, and health says that it is starting', async () => {
    const startup = new Startup(
      [
        {
          stage: 'Connecting to Kafka at broker:9092',
          run: () => Promise.reject(new BrokerUnavailableError('broker:9092 refused', { retriable: true })),
        },
      ],
      logger,
    );
    gateway = await testGateway({ started: false, parts: { startup } });
    startup.start();
    const { rest } = gateway;
    const stage = 'Connecting to Kafka at broker:9092 failed and is tried again: broker:9092 refused';
    await waitFor('the first attempt', () => startup.stage === stage);
    const message = `The gateway is still starting up. ${stage}`;
    for (const path of ['/', '/connectors', '/connectors/a/status', '/workers', '/connectors/a/topics']) {
      await rest.get(path).expect(503, { error_code: 503, message });
    }
    await rest.post('/connectors').send({ name: 'a', config: CONFIG }).expect(503);
    await rest
      .get('/health')
      .expect(503, { status: 'starting', message: `Worker is still starting up. ${stage}` });
    await rest.get('/nope').expect(404);
    await rest.get('/openapi.json').expect(200);
    await startup.stop();
  });

  test('it is tried again until it works', async () => {
    let attempts = 0;
    const startup = new Startup(
      [
        {
          stage: 'Trying',
          run: () => {
            attempts += 1;
            return attempts < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
          },
        },
      ],
      logger,
    );
    expect(() => {
      startup.requireReady();
    }).toThrow('The gateway is still starting up.');
    startup.start();
    await waitFor('the start', () => startup.ready);
    expect(attempts).toBe(3);
    startup.requireReady();
  });

  test('a topic that is not what it must be ends it', async () => {
    const startup = new Startup(
      [{ stage: 'Checking', run: () => Promise.reject(new TopicCheckError('mend it')) }],
      logger,
    );
    startup.start();
    await expect(startup.failed).rejects.toThrow('mend it');
    await startup.stop();
  });
});

/** A store whose broker went away `ms` ago. */
function unreachable(store: ConfigBackingStore, ms: number): ConfigBackingStore {
  const fail = (): Promise<never> => Promise.reject(new StoreTimeoutError('no answer in time'));
  return {
    start: () => store.start(),
    stop: () => store.stop(),
    addListener: (listener) => {
      store.addListener(listener);
    },
    snapshot: () => store.snapshot(),
    staleMs: () => ms,
    read: fail,
    write: fail,
  };
}

describe('while the brokers cannot be reached', () => {
  test('reads are answered from what is there, and say how old that is', async () => {
    const cluster = new MemoryCluster();
    const before = await cluster.started();
    await before.config.write({ kind: 'create-connector', connector: 'a', config: { ...CONFIG, name: 'a' } });
    const { config } = await cluster.started();
    gateway = await testGateway({ cluster, parts: { configStore: unreachable(config, 12_345.6) } });
    const { rest } = gateway;
    await rest.get('/connectors').expect(200, ['a']).expect('X-Millrace-Stale', '12346');
    await rest.get('/connectors/a/status').expect(200).expect('X-Millrace-Stale', '12346');
    await rest.get('/connectors/nope').expect(404).expect('X-Millrace-Stale', '12346');
    await rest.get('/workers').expect(200, []).expect('X-Millrace-Stale', '12346');
  });

  test('writes are refused with the address', async () => {
    const cluster = new MemoryCluster();
    const { config } = await cluster.started();
    gateway = await testGateway({ cluster, parts: { configStore: unreachable(config, 1) } });
    const { rest } = gateway;
    const refusal = {
      error_code: 503,
      message: 'Kafka at broker:9092 cannot be reached: no answer in time',
    };
    await rest.post('/connectors').send({ name: 'a', config: CONFIG }).expect(503, refusal);
    await rest.patch('/connectors/a/config').send({}).expect(503, refusal);
    await rest.put('/connectors/a/pause').expect(503, refusal);
    await rest.delete('/connectors/a').expect(503, refusal);
    await rest.post('/connectors/a/restart').expect(503, refusal);
    await rest.get('/health').expect(500, {
      status: 'unhealthy',
      message:
        'Worker was unable to handle this request and may be unable to handle other requests. ' +
        refusal.message,
    });
  });

  test('answers that are complete do not say how old they are', async () => {
    gateway = await testGateway();
    const answer = await gateway.rest.get('/connectors').expect(200);
    expect(answer.headers['x-millrace-stale']).toBeUndefined();
  });
});

test('what a handler did not expect is answered 500', async () => {
  gateway = await testGateway({
    parts: { validator: { validate: () => Promise.reject(new Error('a fault of the validator')) } },
  });
  await gateway.rest
    .post('/connectors')
    .send({ name: 'a', config: CONFIG })
    .expect(500, { error_code: 500, message: 'a fault of the validator' });
});
