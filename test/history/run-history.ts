import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAssignedConsumer, createKafkaClient, createProducer, type KafkaClient } from '@millrace/kafka';
import { TestProcess, tempDir, uniqueName, type KafkaBroker } from '@millrace/testing';
import { pino } from 'pino';
import { checkHistory, type HistoryRecord, type Operation, type Verdict } from './check-history.ts';
import type { Begun, Ended, Line } from './operation.ts';
import type { WriterOptions } from './writer.ts';

export interface HistoryOptions {
  readonly bootstrapServers: string;
  readonly seconds: number;
  /** On a slow machine it goes on, up to twice as long again, until so many writes were acknowledged. */
  readonly atLeast: number;
  readonly processes: number;
  readonly clients: number;
  /** The longest pause of a client between two operations. */
  readonly pauseMs: number;
  /** Frozen for longer than a transaction may last. */
  readonly longFreezes: boolean;
  /** Restarted from time to time where it is given. */
  readonly broker?: KafkaBroker;
}

export interface HistoryResult extends Verdict {
  readonly operations: number;
  readonly records: number;
  readonly kills: number;
  readonly freezes: number;
  readonly foreign: number;
  readonly restarts: number;
}

const CONNECTORS = 6;
/** A broker that was killed takes its time to serve again. */
const START_LIMIT_MS = 90_000;
const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url));
const logger = pino({ level: 'silent' });

/** Lets writer processes write, kills and freezes them at random, and checks what the log says then. */
export async function runHistory(options: HistoryOptions): Promise<HistoryResult> {
  const run = new HistoryRun(options);
  return run.run();
}

class HistoryRun {
  readonly #options: HistoryOptions;
  readonly #folder = tempDir('millrace-history-');
  readonly #topic = uniqueName('history');
  readonly #groupId = uniqueName('history-group');
  readonly #client: KafkaClient;
  #started = 0;
  #kills = 0;
  #freezes = 0;
  #foreign = 0;
  #restarts = 0;
  #over = false;
  /** Resolves when the broker is up again; a writer that starts waits for it no longer than a client does. */
  #serving: Promise<void> = Promise.resolve();

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#client = createKafkaClient({ 'bootstrap.servers': options.bootstrapServers }, { logger });
  }

  async run(): Promise<HistoryResult> {
    const { processes } = this.#options;
    // The first one creates the topic.
    await this.#start().then((first) => first.stop());
    const writers = Array.from({ length: processes }, () => this.#keepWriting());
    const work = Promise.all([...writers, this.#writeForeign(), this.#restartBroker()]);
    await Promise.race([work, this.#untilEnough()]);
    this.#over = true;
    await work;
    const operations = this.#operations();
    const records = await this.#records();
    await this.#client.close();
    return {
      ...checkHistory(records, operations),
      operations: operations.length,
      records: records.length,
      kills: this.#kills,
      freezes: this.#freezes,
      foreign: this.#foreign,
      restarts: this.#restarts,
    };
  }

  async #untilEnough(): Promise<void> {
    const { seconds, atLeast } = this.#options;
    const limit = performance.now() + 3 * seconds * 1_000;
    await pause(seconds * 1_000);
    while (this.#acknowledged() < atLeast && performance.now() < limit) {
      await pause(1_000);
    }
  }

  #acknowledged(): number {
    return this.#operations().filter(({ kind, end }) => kind !== 'read' && end?.outcome === 'done').length;
  }

  /** One writer after the other, each until it is killed; in between it may be frozen. */
  async #keepWriting(): Promise<void> {
    while (!this.#over) {
      const writer = await this.#start();
      const survived = await this.#harmUntilOver(writer);
      if (survived) {
        const code = await writer.stop(60_000);
        if (code !== 0) {
          throw new Error(`A writer ended with ${String(code)}. Its output:\n${writer.output}`);
        }
      }
    }
  }

  /** False when it did not survive that. */
  async #harmUntilOver(writer: TestProcess): Promise<boolean> {
    while (!this.#over) {
      await pause(200 + Math.random() * 1_500);
      if (!(await this.#harm(writer))) {
        return false;
      }
    }
    return true;
  }

  /** False when it was killed. */
  async #harm(writer: TestProcess): Promise<boolean> {
    const dice = Math.random();
    if (dice < 0.3) {
      writer.kill('SIGKILL');
      await writer.exited();
      this.#kills += 1;
      return false;
    }
    if (dice < 0.8) {
      writer.kill('SIGSTOP');
      await pause(this.#options.longFreezes && dice < 0.35 ? 12_000 : Math.random() * 1_500);
      writer.kill('SIGCONT');
      this.#freezes += 1;
    }
    return true;
  }

  async #start(): Promise<TestProcess> {
    const { bootstrapServers, clients, pauseMs } = this.#options;
    await this.#serving;
    this.#started += 1;
    const name = `w${this.#started}`;
    const options: WriterOptions = {
      name,
      bootstrapServers,
      settings: {
        topic: this.#topic,
        partitions: 1,
        replicationFactor: 1,
        topicConfigs: {},
        onePartition: true,
        property: 'config.storage.topic',
      },
      groupId: this.#groupId,
      clients,
      connectors: CONNECTORS,
      file: join(this.#folder, `${name}.jsonl`),
      pauseMs,
    };
    const writer = new TestProcess({ command: process.execPath, args: [WRITER, JSON.stringify(options)] });
    await writer.waitForOutput(/ready/, START_LIMIT_MS);
    return writer;
  }

  /** Somebody who knows nothing of the lease overwrites configurations. */
  async #writeForeign(): Promise<void> {
    const producer = createProducer(this.#client, { 'linger.ms': '0' }, { logger });
    while (!this.#over) {
      await pause(50 + Math.random() * 200);
      this.#foreign += 1;
      const connector = `c${Math.floor(Math.random() * CONNECTORS)}`;
      const value = JSON.stringify({ properties: { id: `foreign-${this.#foreign}`, n: '0' } });
      await producer.send([
        {
          topic: this.#topic,
          partition: 0,
          timestamp: null,
          key: Buffer.from(`connector-${connector}`),
          value: Buffer.from(value),
          headers: [],
        },
      ]).done;
    }
    await producer.close(1_000);
  }

  async #restartBroker(): Promise<void> {
    const { broker } = this.#options;
    while (broker !== undefined && !this.#over) {
      await pause(20_000 + Math.random() * 20_000);
      this.#serving = broker.restart(Math.random() < 0.5 ? 'SIGKILL' : 'SIGTERM');
      await this.#serving;
      this.#restarts += 1;
    }
  }

  #operations(): readonly Operation[] {
    const begun = new Map<string, Begun>();
    const ended = new Map<string, Ended>();
    for (const file of readdirSync(this.#folder)) {
      // What stands behind the last line's end is not written yet.
      for (const text of readFileSync(join(this.#folder, file), 'utf8').split('\n').slice(0, -1)) {
        const line = JSON.parse(text) as Line;
        if (line.event === 'begun') {
          begun.set(line.id, line);
        } else {
          ended.set(line.id, line);
        }
      }
    }
    return [...begun.values()].map((operation) => ({ ...operation, end: ended.get(operation.id) ?? null }));
  }

  /** The committed connector records, without those that only restore what aborted ones hide. */
  async #records(): Promise<readonly HistoryRecord[]> {
    const settings = { 'isolation.level': 'read_committed', 'auto.offset.reset': 'earliest' };
    const consumer = createAssignedConsumer(this.#client, settings, { logger });
    const at = { topic: this.#topic, partition: 0 };
    consumer.assign([{ ...at, offset: 0 }]);
    const [end] = await consumer.endOffsets([at]);
    const records: HistoryRecord[] = [];
    while ((await consumer.position(at)) < (end?.offset ?? 0)) {
      for (const batch of await consumer.poll(500)) {
        for (const { offset, key, value, headers } of batch.records) {
          const connector = /^connector-(.*)$/.exec(key?.toString('utf8') ?? '')?.[1];
          if (connector !== undefined && !headers.some((header) => header.key === 'millrace.restored')) {
            records.push({ offset, connector, config: configOf(value) });
          }
        }
      }
    }
    await consumer.close();
    return records;
  }
}

function configOf(value: Buffer | null): HistoryRecord['config'] {
  return value === null
    ? null
    : (
        JSON.parse(value.toString('utf8')) as {
          readonly properties: { readonly id: string; readonly n: string };
        }
      ).properties;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));
}
