import { afterEach, beforeEach } from 'vitest';
import type { OffsetChange } from '../src/offsets/offset-hook.ts';
import { FakeWorker } from './fake-worker.ts';
import { started } from './started.ts';
import { SINK, SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

export const ALTERED = { message: 'The offsets for this connector have been altered successfully' };
export const RESET = { message: 'The offsets for this connector have been reset successfully' };

/** The body of a request to alter offsets. */
export function offsets(
  ...list: readonly (readonly [partition: object | null, offset: object | null])[]
): object {
  return { offsets: list.map(([partition, offset]) => ({ partition, offset })) };
}

/**
 * For each test of a file a gateway and a worker, which runs the source `src` and the sink `snk`; the sink reads the topic `t` with the two
 * partitions 2 to 10 and 0 to 5, and one that is missing.
 */
export class OffsetBed {
  #gateway: TestGateway | null = null;
  #worker: FakeWorker | null = null;
  /** What the connectors were asked about. */
  asked: OffsetChange[] = [];
  /** What they say to it. */
  hook: (change: OffsetChange) => boolean | Promise<boolean> = () => true;

  /** To be called where a file's tests are set up. */
  constructor() {
    beforeEach(() => this.#start());
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

  /** Stops a connector, and waits for the worker to have done so. */
  async stop(name: string): Promise<void> {
    await this.gateway.rest.put(`/connectors/${name}/stop`).expect(204);
    await this.worker.settled();
  }

  async #start(): Promise<void> {
    this.asked = [];
    this.hook = () => true;
    this.#gateway = await testGateway({
      parts: {
        hook: {
          alter: (_connector, _config, change) => {
            this.asked.push(change);
            return Promise.resolve().then(() => this.hook(change));
          },
        },
      },
    });
    this.#worker = await FakeWorker.start(this.#gateway.cluster, { workerId: 'w:1' });
    this.#gateway.admin.members.set('test-group', ['w:1']);
    this.#gateway.admin.topics.set('t', [
      [2, 10],
      [0, 5],
    ]);
    await this.#create('src', { 'connector.class': SOURCE });
    await this.#create('snk', { 'connector.class': SINK, topics: ' t , missing' });
    await this.#worker.settled();
  }

  async #create(name: string, config: object): Promise<void> {
    await this.gateway.rest.post('/connectors').send({ name, config }).expect(201);
  }
}
