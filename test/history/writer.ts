/**
 * One of several processes that write to one config topic at a time; run by the history check, which kills and freezes it. Each of
 * its clients does one random operation after the other. Arguments: a JSON object (WriterOptions).
 */
import { appendFileSync } from 'node:fs';
import { createAdmin, createKafkaClient } from '@millrace/kafka';
import {
  ConnectorExistsError,
  ConnectorNotFoundError,
  createConfigBackingStore,
  RevisionMismatchError,
  type ConfigBackingStore,
  type ConfigWrite,
  type TopicSettings,
} from '@millrace/topic-stores';
import { pino } from 'pino';
import {
  machineTime,
  type Begun,
  type Ended,
  type Line,
  type OperationKind,
  type Outcome,
} from './operation.ts';

export interface WriterOptions {
  readonly name: string;
  readonly bootstrapServers: string;
  readonly settings: TopicSettings;
  readonly groupId: string;
  readonly clients: number;
  readonly connectors: number;
  /** Lines of `operation.ts` are appended to it. */
  readonly file: string;
  /** The longest pause of a client between two operations. */
  readonly pauseMs: number;
}

const KINDS: readonly OperationKind[] = ['create', 'put', 'add', 'add', 'add', 'replace', 'delete', 'read'];
const TIMEOUT_MS = 15_000;

const options = JSON.parse(process.argv[2] ?? '{}') as WriterOptions;
const logger = pino({ level: 'warn' });
const client = createKafkaClient({ 'bootstrap.servers': options.bootstrapServers }, { logger });
const store = createConfigBackingStore({
  client,
  admin: createAdmin(client),
  settings: options.settings,
  groupId: options.groupId,
  logger,
});
let stopping = false;
let operations = 0;
process.once('SIGTERM', () => {
  stopping = true;
});
// Standard input ends when whoever started it is gone, however that ended.
process.stdin.resume().once('end', () => {
  process.exit(1);
});
await store.start();
process.stdout.write('ready\n');
await Promise.all(Array.from({ length: options.clients }, () => work()));
await store.stop();
await client.close();
process.exit(0);

async function work(): Promise<void> {
  while (!stopping) {
    await operate(store);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * options.pauseMs));
  }
}

async function operate(on: ConfigBackingStore): Promise<void> {
  const kind = KINDS[Math.floor(Math.random() * KINDS.length)] ?? 'read';
  const connector = `c${Math.floor(Math.random() * options.connectors)}`;
  operations += 1;
  const id = `${options.name}-${operations}`;
  const revision = kind === 'replace' ? on.snapshot().revision(connector) : undefined;
  const begun: Begun = { event: 'begun', id, kind, connector, at: machineTime() };
  note(revision === undefined ? begun : { ...begun, revision });
  note(await perform(on, { ...begun, revision: revision ?? -1 }));
}

async function perform(on: ConfigBackingStore, { id, kind, connector, revision }: Begun): Promise<Ended> {
  const ended = (outcome: Outcome, more: Partial<Ended> = {}): Ended => ({
    event: 'ended',
    id,
    at: machineTime(),
    outcome,
    ...more,
  });
  try {
    if (kind === 'read') {
      const { offset } = await on.read(TIMEOUT_MS);
      return ended('done', { offset });
    }
    const { created } = await on.write(
      writeOf({ kind, connector, id, revision: revision ?? -1 }),
      TIMEOUT_MS,
    );
    return ended('done', { created });
  } catch (error) {
    if (error instanceof ConnectorExistsError) {
      return ended('exists');
    }
    if (error instanceof ConnectorNotFoundError) {
      return ended('absent');
    }
    return error instanceof RevisionMismatchError
      ? ended('changed')
      : ended('unknown', { error: String(error) });
  }
}

function writeOf(of: {
  readonly kind: Exclude<OperationKind, 'read'>;
  readonly connector: string;
  readonly id: string;
  readonly revision: number;
}): ConfigWrite {
  const { kind, connector, id, revision } = of;
  switch (kind) {
    case 'create':
      return { kind: 'create-connector', connector, config: { id, n: '0' } };
    case 'put':
      return { kind: 'put-connector', connector, config: { id, n: '0' } };
    case 'add':
      return {
        kind: 'patch-connector',
        connector,
        merge: (current) => ({ id, n: String(Number(current['n']) + 1) }),
      };
    case 'replace':
      return {
        kind: 'put-connector',
        connector,
        config: { id, n: '0' },
        condition: { ifMatch: [revision] },
      };
    case 'delete':
      return { kind: 'delete-connector', connector };
  }
}

/** Lines are in the file, whatever happens to the process, before it goes on. */
function note(line: Line): void {
  appendFileSync(options.file, `${JSON.stringify(line)}\n`);
}
