import { afterEach, beforeEach } from 'vitest';
import { FakeWorker } from './fake-worker.ts';
import { started } from './started.ts';
import { SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

/** The configuration of a connector that nothing is special about. */
export const CONFIG = { 'connector.class': SOURCE, topic: 't' };

/** For each test of a file a gateway, and a worker that does what it is told. */
export class ConnectorBed {
  #gateway: TestGateway | null = null;
  #worker: FakeWorker | null = null;

  /** To be called where a file's tests are set up. */
  constructor() {
    beforeEach(async () => {
      this.#gateway = await testGateway();
      this.#worker = await FakeWorker.start(this.#gateway.cluster, { workerId: 'worker-1:8083' });
    });
    afterEach(async () => {
      this.#worker?.stop();
      await this.#gateway?.stop();
    });
  }

  get gateway(): TestGateway {
    return started(this.#gateway);
  }

  get worker(): FakeWorker {
    return started(this.#worker);
  }

  /** Creates a connector, and waits for the worker to have started it. */
  async create(name: string, config: object = CONFIG, more: object = {}): Promise<void> {
    await this.gateway.rest
      .post('/connectors')
      .send({ name, config, ...more })
      .expect(201);
    await this.worker.settled();
  }
}
