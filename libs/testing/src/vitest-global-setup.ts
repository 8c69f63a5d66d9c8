import { startKafka, type Kafka } from './kafka.ts';

/** One broker for a whole run of Vitest (`globalSetup`); tests find its address in the environment. */
let kafka: Kafka | null = null;

export async function setup(): Promise<void> {
  kafka = await startKafka();
  process.env['KAFKA_BOOTSTRAP_SERVERS'] = kafka.bootstrapServers;
}

export async function teardown(): Promise<void> {
  await kafka?.stop();
}
