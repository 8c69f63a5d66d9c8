/** Uses everything that holds timers or sockets, closes it, and ends when nothing keeps the process alive. */
import { pino } from 'pino';
import { createAdmin } from '../../src/admin/create-admin.ts';
import { createKafkaClient } from '../../src/client/create-kafka-client.ts';
import { createAssignedConsumer } from '../../src/consumer/assigned-consumer.ts';
import { createGroupConsumer } from '../../src/consumer/group-consumer.ts';
import { createProducer } from '../../src/producer/create-producer.ts';

const [bootstrapServers = '', topic = ''] = process.argv.slice(2);
const logger = pino({ level: 'silent' });
const client = createKafkaClient({ 'bootstrap.servers': bootstrapServers }, { logger });
const own = client.separate('member');
const nothing = (): Promise<void> => Promise.resolve();

const admin = createAdmin(client);
const described = admin.describeTopics([topic]).catch(() => undefined);

const producer = createProducer(
  client,
  { 'linger.ms': '3600000', 'delivery.timeout.ms': '2147483647' },
  { logger },
);
const record = { partition: null, timestamp: null, key: null, value: Buffer.from('x'), headers: [] };
producer.send([
  { topic, ...record },
  { topic: 'not a topic', ...record },
]);

const reader = createAssignedConsumer(client, {}, { logger });
reader.assign([{ topic, partition: 0, offset: 0 }]);
await reader.poll(500);

const consumer = createGroupConsumer(
  own,
  {},
  {
    groupId: topic,
    groupInstanceId: 'seat',
    clientId: 'member',
    logger,
  },
);
consumer.subscribe({ topics: [topic] }, { onAssigned: nothing, onRevoked: nothing, onLost: nothing });
await consumer.poll(1_000);

await producer.close(200);
await reader.close();
await consumer.close();
await own.close();
await client.close();
await described;
process.stdout.write('closed\n');
