/**
 * CPU seconds per million records of 100 bytes that a producer writes to a broker, and records per second.
 *
 *     KAFKA_BOOTSTRAP_SERVERS=host:port node libs/kafka/bench/produce.ts [million records] [partitions]
 */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { createAdmin } from '../src/admin/create-admin.ts';
import { createKafkaClient } from '../src/client/create-kafka-client.ts';
import { createProducer } from '../src/producer/create-producer.ts';
import type { PendingSend } from '../src/producer/producer.ts';
import type { ProducerRecord } from '../src/records/record.ts';

const RECORD_BYTES = 100;
const PER_SEND = 2_000;
const SENDS_AHEAD = 50;

const bootstrapServers = process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '127.0.0.1:9092';
const total = Number(process.argv[2] ?? '2') * 1_000_000;
const partitions = Number(process.argv[3] ?? '1');
const topic = `bench-produce-${randomBytes(4).toString('hex')}`;
const logger = pino({ level: 'warn' });
const client = createKafkaClient({ 'bootstrap.servers': bootstrapServers }, { logger });
const admin = createAdmin(client);

await admin.createTopic({ topic, partitions, replicationFactor: 1, configs: {} });
for (const keyed of [false, true]) {
  for (let round = 0; round < 3; round += 1) {
    await produce(round, keyed);
  }
}
await admin.deleteTopics([topic]);
await client.close();

async function produce(round: number, keyed: boolean): Promise<void> {
  const producer = createProducer(client, {}, { logger });
  const records: ProducerRecord[] = Array.from({ length: PER_SEND }, () => ({
    topic,
    partition: null,
    timestamp: null,
    key: keyed ? randomBytes(8) : null,
    value: randomBytes(RECORD_BYTES),
    headers: [],
  }));
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  const ahead: PendingSend[] = [];
  let failed = 0;
  for (let sent = 0; sent < total; sent += PER_SEND) {
    const send = producer.send(records);
    ahead.push(send);
    await send.accepted;
    if (ahead.length > SENDS_AHEAD) {
      failed += ((await ahead.shift()?.done)?.failed ?? []).length;
    }
  }
  await producer.flush();
  const seconds = (performance.now() - begun) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const millions = total / 1e6;
  console.log(
    `${keyed ? 'with' : 'without'} keys, ${partitions} partitions, round ${round}: ${total} records in ${seconds.toFixed(2)} s, ` +
      `${((cpu.user + cpu.system) / 1e6 / millions).toFixed(3)} CPU s per million, ${Math.round(total / seconds)} records/s, ` +
      `${failed} failed, ${Math.round(process.memoryUsage().rss / 1e6)} MB resident`,
  );
  await producer.close(0);
}
