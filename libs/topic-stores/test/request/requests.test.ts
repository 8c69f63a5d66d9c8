import { waitFor } from '@millrace/testing';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  memoryConfigBackingStore,
  MemoryTopic,
  Requester,
  RequestTimeoutError,
  Responder,
  type ConfigBackingStore,
  type RequestContext,
  type StatusBackingStore,
} from '../../src/index.ts';
import { kafkaTopics, memoryTopics, type TestTopic } from '../topics.ts';

const kafka = await kafkaTopics();
afterAll(() => kafka.close());

interface Acted {
  readonly op: string;
  readonly args: unknown;
}

describe.each([memoryTopics, kafka])('requests through a status topic $kind', (topics) => {
  let topic: TestTopic;
  let configStore: ConfigBackingStore;
  let configs: MemoryTopic;
  let requesterStore: StatusBackingStore;
  let requester: Requester;
  const responders: Responder[] = [];

  beforeEach(async () => {
    topic = await topics.open(5);
    configs = new MemoryTopic('configs');
    configStore = memoryConfigBackingStore(configs);
    await configStore.start();
    requesterStore = await topic.status();
    requester = new Requester({ store: requesterStore });
  });
  afterEach(async () => {
    for (const responder of responders.splice(0)) {
      responder.stop();
    }
    await configStore.stop();
    await topic.close();
  });

  async function worker(
    workerId: string,
    isFor: (to: string) => boolean,
    perform?: (
      op: string,
      args: unknown,
      context: RequestContext,
    ) => Promise<{ code: number; body: unknown }>,
  ): Promise<readonly Acted[]> {
    const acted: Acted[] = [];
    const responder = new Responder({
      store: await topic.status(),
      configStore,
      workerId,
      isFor,
      perform: async (op, args, context) => {
        acted.push({ op, args });
        return (await perform?.(op, args, context)) ?? { code: 200, body: { echo: args } };
      },
      logger: pino({ level: 'silent' }),
    });
    responder.start();
    responders.push(responder);
    return acted;
  }

  const nothingLeft = async (): Promise<void> => {
    await waitFor('requests and answers to be removed', async () => {
      await requesterStore.flush(5_000);
      await requesterStore.read();
      return requesterStore.allOwn('request').size === 0 && requesterStore.allOwn('answer').size === 0;
    });
  };

  it('are answered by the one they are for, and removed', async () => {
    const one = await worker('one:1', (to) => to === 'worker:one:1');
    const two = await worker('two:1', (to) => to === 'worker:two:1');
    const answer = await requester.ask({
      op: 'hello',
      to: 'worker:two:1',
      args: { a: [1] },
      timeoutMs: 10_000,
    });
    expect(answer).toEqual({ worker: 'two:1', code: 200, body: { echo: { a: [1] } } });
    expect([one.length, two.length]).toEqual([0, 1]);
    await nothingLeft();
  });

  it('of several requesters find their own answers', async () => {
    await worker('one:1', () => true);
    const others = await Promise.all([topic.status(), topic.status()]);
    const requesters = [requester, ...others.map((store) => new Requester({ store }))];
    const answers = await Promise.all(
      requesters.flatMap((asking, index) =>
        Array.from({ length: 20 }, (_, round) =>
          asking.ask({ op: 'hello', to: 'plugin:x', args: [index, round], timeoutMs: 20_000 }),
        ),
      ),
    );
    const expected = requesters.flatMap((_, index) =>
      Array.from({ length: 20 }, (__, round) => [index, round]),
    );
    expect(answers.map(({ body }) => body)).toEqual(expected.map((echo) => ({ echo })));
    await nothingLeft();
  });

  it('fail as what they do fails', async () => {
    await worker(
      'one:1',
      () => true,
      () => Promise.reject(new RangeError('no such offset')),
    );
    const answer = await requester.ask({ op: 'alter', to: 'plugin:x', args: null, timeoutMs: 10_000 });
    expect(answer).toEqual({ worker: 'one:1', code: 500, body: { message: 'no such offset' } });
  });

  it('that nobody is there for run out of time', async () => {
    await worker('one:1', () => false);
    const asked = requester.ask({ op: 'hello', to: 'owner:x', args: null, timeoutMs: 300 });
    await expect(asked).rejects.toThrow(RequestTimeoutError);
    await expect(asked).rejects.toMatchObject({ op: 'hello', to: 'owner:x' });
    await nothingLeft();
  });

  it('whose worker dies in the middle run out of time, and leave nothing behind', async () => {
    const acted = await worker(
      'one:1',
      () => true,
      () => new Promise(() => undefined),
    );
    const asked = requester.ask({ op: 'hello', to: 'owner:x', args: null, timeoutMs: 1_000 });
    await expect(asked).rejects.toThrow(RequestTimeoutError);
    expect(acted).toHaveLength(1);
    await nothingLeft();
  });

  it('are not acted upon by a worker that starts later, however long they wait', async () => {
    const asked = requester.ask({ op: 'hello', to: 'owner:x', args: null, timeoutMs: 1_500 });
    await requesterStore.flush(5_000);
    const acted = await worker('late:1', () => true);
    await expect(asked).rejects.toThrow(RequestTimeoutError);
    expect(acted).toEqual([]);
  });

  it('wait for an owner while the group is rebalancing', async () => {
    let owner = false;
    const acted = await worker('one:1', () => owner);
    const asked = requester.ask({ op: 'restart', to: 'owner:x-0', args: null, timeoutMs: 10_000 });
    await waitFor('the request to be read', async () => {
      await requesterStore.flush(5_000);
      await requesterStore.read();
      return requesterStore.allOwn('request').size === 1;
    });
    expect(acted).toEqual([]);
    owner = true;
    expect((await asked).code).toBe(200);
    expect(acted).toHaveLength(1);
  });

  it('are acted upon only with the configurations they rest on', async () => {
    const gateway = memoryConfigBackingStore(configs);
    await gateway.start();
    const { state } = await gateway.write({ kind: 'create-connector', connector: 'x', config: {} });
    let seen = -1;
    await worker(
      'one:1',
      () => true,
      () => {
        seen = configStore.snapshot().offset;
        return Promise.resolve({ code: 200, body: null });
      },
    );
    await requester.ask({
      op: 'validate',
      to: 'plugin:x',
      args: null,
      after: state.offset,
      timeoutMs: 10_000,
    });
    expect(seen).toBeGreaterThanOrEqual(state.offset);
    await gateway.stop();
  });

  it('that come too late, or are malformed, are left alone', async () => {
    const acted = await worker('one:1', () => true);
    const past = { op: 'hello', to: 'worker:one:1', args: null, after: -1, deadline: Date.now() - 1 };
    requesterStore.putOwn('request', 'late', past);
    requesterStore.putOwn('request', 'malformed', { op: 7 });
    const answer = await requester.ask({ op: 'hello', to: 'worker:one:1', args: 'now', timeoutMs: 10_000 });
    expect(answer.code).toBe(200);
    expect(acted).toEqual([{ op: 'hello', args: 'now' }]);
  });

  it('answered too late are removed all the same', async () => {
    let finish: () => void = () => undefined;
    await worker(
      'one:1',
      () => true,
      () =>
        new Promise((resolve) => {
          finish = () => {
            resolve({ code: 200, body: null });
          };
        }),
    );
    const asked = requester.ask({ op: 'slow', to: 'owner:x', args: null, timeoutMs: 500 });
    await expect(asked).rejects.toThrow(RequestTimeoutError);
    finish();
    await nothingLeft();
  });
});
