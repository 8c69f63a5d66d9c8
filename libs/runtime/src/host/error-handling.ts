import { clientProps, type WorkerConfig } from '@millrace/config';
import type { Props } from '@millrace/connect-api';
import { createAdmin, createProducer, type SendGate } from '@millrace/kafka';
import type { Logger } from 'pino';
import { DeadLetterQueue, ensureDeadLetterTopic } from '../errors/dead-letter-queue.ts';
import { ErrorPolicy } from '../errors/error-policy.ts';
import type { ClientPool } from './client-pool.ts';
import type { ConnectorSettings } from './connector-settings.ts';
import { unitName, type UnitStart } from './messages.ts';

export interface ErrorHandlingOptions {
  readonly config: WorkerConfig;
  readonly clients: ClientPool;
  readonly start: UnitStart;
  readonly settings: ConnectorSettings;
  /** References resolved. */
  readonly connectorProps: Props;
  readonly gate: SendGate;
  readonly logger: Logger;
}

/** What a task does with records that fail, by its connector's `errors.*`. Throws ConnectError when its dead letter topic cannot be made. */
export async function errorHandling(options: ErrorHandlingOptions): Promise<ErrorPolicy> {
  const { start, settings, logger } = options;
  return new ErrorPolicy({
    settings: settings.errors,
    task: unitName(start),
    log: (message, error) => {
      logger.error({ err: error }, message);
    },
    deadLetters: await deadLetterQueue(options),
    now: () => performance.now(),
    random: Math.random,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}

async function deadLetterQueue(options: ErrorHandlingOptions): Promise<DeadLetterQueue | null> {
  const { config, clients, start, settings, connectorProps, gate, logger } = options;
  const { deadLetters } = settings;
  if (deadLetters === null) {
    return null;
  }
  const admin = createAdmin(clients.shared(clientProps(config, 'admin', connectorProps)));
  await ensureDeadLetterTopic(admin, deadLetters);
  const props = clientProps(config, 'producer', connectorProps);
  return new DeadLetterQueue({
    settings: deadLetters,
    connector: start.connector,
    task: start.task ?? 0,
    producer: createProducer(
      clients.shared(props),
      { 'client.id': `connector-dlq-producer-${unitName(start)}`, ...props },
      { gate, logger },
    ),
  });
}
