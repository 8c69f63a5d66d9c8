/**
 * CPU seconds per million records of 100 bytes that a consumer by assignment takes from a broker.
 *
 *     KAFKA_BOOTSTRAP_SERVERS=host:port node --conditions=millrace-source bench/consume.ts [million records]
 */
import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { pino } from 'pino';
import { createKafkaClient } from '../src/client/create-kafka-client.ts';
import { createAssignedConsumer } from '../src/consumer/assigned-consumer.ts';

const RECORD_BYTES = 100;
const PER_SEND = 20_000;

const bootstrapServers = process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '127.0.0.1:9092';
const total = Number(process.argv[2] ?? '2') * 1_000_000;
const topic = `bench-consume-${randomBytes(4).toString('hex')}`;
const kafka = new Kafka({ brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING });

await fill();
for (let round = 0; round < 3; round += 1) {
  await consume(round);
}
await removeTopic();

async function fill(): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1 }] });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  const messages = Array.from({ length: PER_SEND }, () => ({ value: randomBytes(RECORD_BYTES) }));
  // Batches of the size that producers make by default, so that batch headers count as in real life.
  const perBatch = 150;
  for (let sent = 0; sent < total; sent += PER_SEND) {
    const sends = [];
    for (let at = 0; at < PER_SEND; at += perBatch) {
      sends.push(producer.send({ topic, messages: messages.slice(at, at + perBatch) }));
    }
    await Promise.all(sends);
  }
  await producer.disconnect();
}

async function consume(round: number): Promise<void> {
  const logger = pino({ level: 'warn' });
  const client = createKafkaClient({ 'bootstrap.servers': bootstrapServers }, { logger });
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
  await client.close();
}

async function removeTopic(): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}
