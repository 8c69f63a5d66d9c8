import {
  isLinearizable,
  RestClient,
  type ConnectorOperation as Operation,
  startBroker,
  TcpProxy,
  uniqueName,
  waitFor,
  type KafkaBroker,
} from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type StartedGateway } from '../../src/index.ts';
import { gatewayConfig } from '../gateway-config.ts';
import { logger } from '../test-gateway.ts';

const CLIENTS = 6;
const OPERATIONS = 30;
const NAMES = ['a', 'b', 'c'];

let broker: KafkaBroker;
/** The way of the second gateway to the broker. */
let proxy: TcpProxy;
let gateways: readonly StartedGateway[];

beforeAll(async () => {
  proxy = await TcpProxy.start();
  broker = await startBroker({ proxyPort: proxy.port });
  proxy.retarget(broker.proxyTarget ?? 0);
  const group = { 'group.id': uniqueName('history') };
  gateways = await Promise.all([
    startGateway({ config: gatewayConfig(broker.bootstrapServers, group), logger }),
    startGateway({ config: gatewayConfig(`127.0.0.1:${proxy.port}`, group), logger }),
    startGateway({ config: gatewayConfig(broker.bootstrapServers, group), logger }),
  ]);
  await Promise.all(
    gateways.map(async ({ urls }) => {
      const rest = new RestClient(urls[0] ?? '');
      await waitFor('a gateway to be ready', async () => (await rest.get('/health')).status === 200);
    }),
  );
});

afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await broker.stop();
  await proxy.close();
});

test('whatever clients do through several gateways, one of them cut off and the broker restarted, is one history', async () => {
  const history = new Map<string, Operation[]>(NAMES.map((name) => [name, []]));
  let finished = 0;
  const clients = Array.from({ length: CLIENTS }, async (_, index) => {
    const rest = new RestClient(gateways[index % gateways.length]?.urls[0] ?? '');
    for (let number = 0; number < OPERATIONS; number += 1) {
      const name = NAMES[(index * 7 + number * 5) % NAMES.length] ?? '';
      const operation = await perform(rest, name, {
        kind: (index + number * 3) % 7,
        value: `${index}-${number}`,
      });
      if (operation !== null) {
        history.get(name)?.push(operation);
      }
      finished += 1;
    }
  });
  const done = (part: number): Promise<unknown> =>
    waitFor('operations', () => finished >= CLIENTS * OPERATIONS * part, { timeoutMs: 120_000 });

  await done(0.2);
  proxy.cut();
  await done(0.4);
  proxy.restore();
  await done(0.6);
  await broker.restart('SIGKILL');
  await Promise.all(clients);

  for (const [name, operations] of history) {
    expect(isLinearizable(operations), `${name}: ${JSON.stringify(operations)}`).toBe(true);
  }
  const answered = [...history.values()].flat().filter(({ to }) => to !== Infinity);
  expect(answered.length).toBeGreaterThan((CLIENTS * OPERATIONS) / 2);
}, 180_000);

/** Does one thing and notes what came of it; null: an answer that says nothing about the present. */
async function perform(
  rest: RestClient,
  name: string,
  { kind, value }: { readonly kind: number; readonly value: string },
): Promise<Operation | null> {
  const from = performance.now();
  const config = { 'connector.class': 'FileStreamSource', topic: value };
  const answer = await call(rest, name, { kind, config });
  const to = performance.now();
  const { status } = answer;
  switch (kind) {
    case 0:
    case 1:
      return status === 201
        ? { kind: 'create', from, to, value, outcome: 'done' }
        : status === 409
          ? { kind: 'create', from, to, value, outcome: 'exists' }
          : { kind: 'create', from, to: Infinity, value, outcome: 'unknown' };
    case 2:
    case 3:
      return status === 200 || status === 201
        ? { kind: 'put', from, to, value, outcome: status === 201 ? 'created' : 'replaced' }
        : { kind: 'put', from, to: Infinity, value, outcome: 'unknown' };
    case 4:
      return status === 204
        ? { kind: 'delete', from, to, outcome: 'done' }
        : status === 404
          ? { kind: 'delete', from, to, outcome: 'absent' }
          : { kind: 'delete', from, to: Infinity, outcome: 'unknown' };
    default:
      if (answer.stale || (status !== 200 && status !== 404)) {
        return null;
      }
      return { kind: 'get', from, to, value: status === 404 ? null : (answer.topic ?? null) };
  }
}

interface Answered {
  readonly status: number;
  readonly stale: boolean;
  readonly topic?: string | undefined;
}

async function call(
  rest: RestClient,
  name: string,
  { kind, config }: { readonly kind: number; readonly config: object },
): Promise<Answered> {
  const send = (): ReturnType<RestClient['call']> => {
    switch (kind) {
      case 0:
      case 1:
        return rest.call('POST', '/connectors', { name, config });
      case 2:
      case 3:
        return rest.call('PUT', `/connectors/${name}/config`, config);
      case 4:
        return rest.call('DELETE', `/connectors/${name}`);
      default:
        return rest.get(`/connectors/${name}/config`);
    }
  };
  const { status, headers, body } = await send();
  return {
    status,
    stale: headers.has('x-millrace-stale'),
    topic: (body as { readonly topic?: string } | undefined)?.topic,
  };
}
