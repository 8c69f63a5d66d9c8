/**
 * How fast the config topic is written: `KAFKA_BOOTSTRAP_SERVERS=host:port node libs/topic-stores/bench/config-writes.ts`. Prints the
 * median of a write by the holder of the lease, of one that takes the lease over, and the rate of three contending processes.
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createAdmin, createKafkaClient, type KafkaClient } from '@millrace/kafka';
import { pino } from 'pino';
import { createConfigBackingStore, type ConfigBackingStore } from '../src/index.ts';

interface Contender {
  readonly topic: string;
  readonly name: string;
}

const ROUNDS = 300;
const CONTENDERS = 3;
const CLIENTS = 64;
const SECONDS = 10;
const bootstrapServers = process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '127.0.0.1:9092';
const logger = pino({ level: 'warn' });

async function openStore(client: KafkaClient, topic: string): Promise<ConfigBackingStore> {
  const store = createConfigBackingStore({
    client,
    admin: createAdmin(client),
    settings: {
      topic,
      partitions: 1,
      replicationFactor: 1,
      topicConfigs: {},
      onePartition: true,
      property: 'config.storage.topic',
    },
    groupId: topic,
    logger,
  });
  await store.start();
  return store;
}

function connect(): KafkaClient {
  return createKafkaClient({ 'bootstrap.servers': bootstrapServers }, { logger });
}

function put(store: ConfigBackingStore, connector: string, n: number): Promise<unknown> {
  return store.write({ kind: 'put-connector', connector, config: { name: connector, n: String(n) } });
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

function quantile(times: readonly number[], q: number): string {
  const sorted = [...times].sort((a, b) => a - b);
  return (sorted[Math.floor(sorted.length * q)] ?? Number.NaN).toFixed(1);
}

async function measureLatencies(topic: string): Promise<void> {
  const clients = [connect(), connect()];
  const stores = await Promise.all(clients.map((client) => openStore(client, topic)));
  const [one, other] = stores;
  if (one === undefined || other === undefined) {
    return;
  }
  for (let warmUp = 0; warmUp < ROUNDS; warmUp += 1) {
    await put(one, 'a', warmUp);
  }
  const held: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    held.push(await timed(() => put(one, 'a', round)));
  }
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS / 6; round += 1) {
    // Longer than a lease counts as being in use.
    await new Promise((resolve) => setTimeout(resolve, 250));
    taken.push(await timed(() => put(round % 2 === 0 ? other : one, 'a', round)));
  }
  const read: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    read.push(await timed(() => other.read()));
  }
  console.log(
    `write by the holder of the lease: p50 ${quantile(held, 0.5)} ms, p99 ${quantile(held, 0.99)} ms`,
  );
  console.log(
    `write that takes the lease over: p50 ${quantile(taken, 0.5)} ms, p99 ${quantile(taken, 0.99)} ms`,
  );
  console.log(`linearizable read: p50 ${quantile(read, 0.5)} ms, p99 ${quantile(read, 0.99)} ms`);
  await Promise.all(stores.map((store) => store.stop()));
  await Promise.all(clients.map((client) => client.close()));
}

async function measureContention(topic: string): Promise<void> {
  const counts = await Promise.all(
    Array.from({ length: CONTENDERS }, (_, index) => {
      const child = fork(fileURLToPath(import.meta.url), [JSON.stringify({ topic, name: `w${index}` })]);
      return new Promise<{ readonly writes: number; readonly times: readonly number[] }>(
        (resolve, reject) => {
          child.once('message', (message) => {
            resolve(message as { readonly writes: number; readonly times: readonly number[] });
          });
          child.once('error', reject);
        },
      );
    }),
  );
  const writes = counts.reduce((sum, count) => sum + count.writes, 0);
  const times = counts.flatMap((count) => count.times);
  const rate = Math.round(writes / SECONDS);
  const latency = `p50 ${quantile(times, 0.5)} ms, p99 ${quantile(times, 0.99)} ms`;
  console.log(`${CONTENDERS} contending processes of ${CLIENTS} clients: ${rate} writes/s, ${latency}`);
}

async function contend({ topic, name }: Contender): Promise<void> {
  const client = connect();
  const store = await openStore(client, topic);
  const times: number[] = [];
  const end = performance.now() + SECONDS * 1_000;
  const work = async (index: number): Promise<void> => {
    for (let round = 0; performance.now() < end; round += 1) {
      times.push(await timed(() => put(store, `${name}-${index}`, round)));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, index) => work(index)));
  process.send?.({ writes: times.length, times: times.filter((_, index) => index % 20 === 0) });
  await store.stop();
  await client.close();
  process.disconnect();
}

const contender = process.argv[2];
if (contender === undefined) {
  const topic = `bench-configs-${randomUUID()}`;
  await measureLatencies(topic);
  await measureContention(topic);
} else {
  await contend(JSON.parse(contender) as Contender);
}
