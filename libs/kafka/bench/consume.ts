/**
 * CPU seconds per million records of 100 bytes that a consumer by assignment takes from a broker, and records per second.
 *
 *     KAFKA_BOOTSTRAP_SERVERS=host:port node libs/kafka/bench/consume.ts [million records]
 */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { createAdmin } from '../src/admin/create-admin.ts';
import { createKafkaClient } from '../src/client/create-kafka-client.ts';
import { createAssignedConsumer } from '../src/consumer/assigned-consumer.ts';
import { createProducer } from '../src/producer/create-producer.ts';

const RECORD_BYTES = 100;
const PER_SEND = 2_000;

const bootstrapServers = process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '127.0.0.1:9092';
const total = Number(process.argv[2] ?? '2') * 1_000_000;
const topic = `bench-consume-${randomBytes(4).toString('hex')}`;
const logger = pino({ level: 'warn' });
const client = createKafkaClient({ 'bootstrap.servers': bootstrapServers }, { logger });
const admin = createAdmin(client);

await admin.createTopic({ topic, partitions: 1, replicationFactor: 1, configs: {} });
await fill();
for (let round = 0; round < 3; round += 1) {
  await consume(round);
}
await admin.deleteTopics([topic]);
await client.close();

async function fill(): Promise<void> {
  // Batches of the size that Java producers make by default, so that batch headers count as in real life.
  const producer = createProducer(client, { 'max.request.size': '16384' }, { logger });
  const records = Array.from({ length: PER_SEND }, () => ({
    topic,
    partition: null,
    timestamp: null,
    key: null,
    value: randomBytes(RECORD_BYTES),
    headers: [],
  }));
  for (let sent = 0; sent < total; sent += PER_SEND) {
    await producer.send(records).accepted;
  }
  await producer.flush();
  await producer.close(0);
}

async function consume(round: number): Promise<void> {
  const consumer = createAssignedConsumer(client, { 'max.poll.records': '5000' }, { logger });
  consumer.assign([{ topic, partition: 0, offset: 0 }]);
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  let records = 0;
  let polls = 0;
  let bytes = 0;
  while (records < total) {
    for (const batch of await consumer.poll(10_000)) {
      records += batch.records.length;
      for (const record of batch.records) {
        bytes += record.value?.length ?? 0;
      }
    }
    polls += 1;
  }
  const seconds = (performance.now() - begun) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const cpuSeconds = (cpu.user + cpu.system) / 1e6;
  const millions = records / 1e6;
  console.log(
    `round ${round}: ${records} records (${Math.round(bytes / 1e6)} MB) in ${seconds.toFixed(2)} s, ` +
      `${(cpuSeconds / millions).toFixed(3)} CPU s per million, ${Math.round(records / seconds)} records/s, ` +
      `${polls} polls, ${Math.round(process.memoryUsage().rss / 1e6)} MB resident`,
  );
  await consumer.close();
}
