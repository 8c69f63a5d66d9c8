import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createKafkaClient } from '@millrace/kafka';
import { pino } from 'pino';
import { portOr } from './ports.ts';
import { BROKER, type ProcessGroup } from './process-group.ts';
import { until } from './until.ts';

export interface BrokerOptions {
  /** Its data and log go here. */
  readonly folder: string;
  readonly preferredPort: number;
  /** Options of the JVM; the default starts fast. */
  readonly jvmOptions?: string;
  readonly heapOptions?: string;
}

const RUN_BROKER = fileURLToPath(new URL('../kafka/run-broker.sh', import.meta.url));
const START_LIMIT_MS = 120_000;

/** Starts a broker; its address when it answers. */
export async function startBroker(group: ProcessGroup, options: BrokerOptions): Promise<string> {
  const { folder, preferredPort, jvmOptions, heapOptions } = options;
  const port = await portOr(preferredPort);
  const controller = await portOr(port + 1);
  const broker = group.start({
    name: BROKER,
    command: 'bash',
    args: [RUN_BROKER, join(folder, 'kafka'), String(port), String(controller), '--tied'],
    log: join(folder, 'kafka.log'),
    env: {
      ...(jvmOptions === undefined ? {} : { KAFKA_JVM_OPTS: jvmOptions }),
      ...(heapOptions === undefined ? {} : { KAFKA_HEAP_OPTS: heapOptions }),
    },
  });
  const address = `127.0.0.1:${port}`;
  await until('Kafka to answer', () => answers(address), {
    limitMs: START_LIMIT_MS,
    check: () => {
      broker.requireRunning();
    },
  });
  return address;
}

/** Whether some of the brokers answer: true, or null. */
export async function answers(bootstrapServers: string): Promise<true | null> {
  const client = createKafkaClient(
    { 'bootstrap.servers': bootstrapServers },
    { logger: pino({ level: 'silent' }) },
  );
  try {
    await client.connect();
    return true;
  } finally {
    await client.close();
  }
}
