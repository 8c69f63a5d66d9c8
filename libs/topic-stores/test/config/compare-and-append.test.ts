import {
  KafkaError,
  ProducerFencedError,
  UnknownOutcomeError,
  type TransactionalLogWriter,
} from '@millrace/kafka';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { CompareAndAppend } from '../../src/config/compare-and-append.ts';
import { ConfigTail } from '../../src/config/config-tail.ts';
import { memoryUncommittedReader } from '../../src/config/memory-config-backing-store.ts';
import { MemoryTransactionalWriter } from '../../src/config/memory-transactional-writer.ts';
import {
  ConnectorExistsError,
  MemoryTopic,
  StoreTimeoutError,
  type ConfigWriteResult,
} from '../../src/index.ts';
import { MemoryLog } from '../../src/log/memory-log.ts';

type Step = 'initialise' | 'append' | 'commit' | 'abort';

/** What happens to one call of a writer: it is done, or not, or done without anybody hearing of it, or nobody knows. */
type Fate = 'done' | 'refused' | 'unheard' | 'lost';

/** A writer whose calls meet a fate. */
class FatefulWriter implements TransactionalLogWriter {
  readonly #writer: TransactionalLogWriter;
  readonly #fate: (step: Step) => Fate | Promise<Fate>;
  #broken = false;

  constructor(writer: TransactionalLogWriter, fate: (step: Step) => Fate | Promise<Fate>) {
    this.#writer = writer;
    this.#fate = fate;
  }

  get initialised(): boolean {
    return this.#writer.initialised && !this.#broken;
  }

  async initialise(): Promise<void> {
    await this.#step('initialise', () => this.#writer.initialise());
    this.#broken = false;
  }

  append(records: Parameters<TransactionalLogWriter['append']>[0]): Promise<{ readonly baseOffset: number }> {
    return this.#step('append', () => this.#writer.append(records));
  }

  commit(): Promise<void> {
    return this.#step('commit', () => this.#writer.commit());
  }

  abort(): Promise<void> {
    return this.#step('abort', () => this.#writer.abort());
  }

  close(): Promise<void> {
    return this.#writer.close();
  }

  async #step<T>(step: Step, run: () => Promise<T>): Promise<T> {
    const fate = await this.#fate(step);
    if (fate === 'done') {
      return run();
    }
    this.#broken = true;
    if (fate === 'unheard') {
      await run();
    }
    throw fate === 'refused'
      ? new KafkaError('NOT_COORDINATOR', { retriable: true, brokerCode: 16 })
      : new UnknownOutcomeError('Request timed out', { retriable: true });
  }
}

interface Subject {
  readonly writer: CompareAndAppend;
  readonly tail: ConfigTail;
}

async function subject(
  topic: MemoryTopic,
  fate: (step: Step) => Fate | Promise<Fate> = () => 'done',
  lagMs = 0,
): Promise<Subject> {
  const logger = pino({ level: 'silent' });
  const tail = new ConfigTail({
    log: new MemoryLog(topic, lagMs),
    logger,
    onChange: () => undefined,
    onAdvance: () => undefined,
  });
  await tail.start();
  const writer = new CompareAndAppend({
    tail,
    writer: new FatefulWriter(new MemoryTransactionalWriter(topic), fate),
    uncommitted: memoryUncommittedReader(topic),
    logger,
    random: () => 0,
  });
  return { writer, tail };
}

/** Fates in the order of calls of one step; done from then on. */
function fates(of: Step, ...given: Fate[]): (step: Step) => Fate {
  return (step) => (step === of ? (given.shift() ?? 'done') : 'done');
}

function create({ writer }: Subject, connector: string, timeoutMs = 5_000): Promise<ConfigWriteResult> {
  return writer.write({ kind: 'create-connector', connector, config: { name: connector } }, timeoutMs);
}

/** The records that writes made, without those that only restore what aborted ones hide. */
function written(
  topic: MemoryTopic,
): readonly { readonly key: string | null; readonly value: Buffer | null }[] {
  return topic.records().filter(({ headers }) => !headers.some(({ key }) => key === 'millrace.restored'));
}

function count(topic: MemoryTopic, key: string): number {
  return written(topic).filter((record) => record.key === key).length;
}

describe('compare-and-append under faults', () => {
  it('knows its own create that was committed without an answer', async () => {
    const topic = new MemoryTopic('configs');
    const result = await create(await subject(topic, fates('commit', 'unheard')), 'c');
    expect(result).toMatchObject({ written: true, created: true });
    expect(count(topic, 'connector-c')).toBe(1);
  });

  it.each<[Step, Fate]>([
    ['initialise', 'lost'],
    ['initialise', 'unheard'],
    ['append', 'refused'],
    ['append', 'lost'],
    ['append', 'unheard'],
    ['commit', 'refused'],
    ['commit', 'lost'],
  ])('writes once when %s was %s', async (step, fate) => {
    const topic = new MemoryTopic('configs');
    const result = await create(await subject(topic, fates(step, fate, fate)), 'c');
    expect(result).toMatchObject({ written: true, created: true });
    expect(count(topic, 'connector-c')).toBe(1);
  });

  it('checks the precondition again after it was fenced', async () => {
    const topic = new MemoryTopic('configs');
    const other = await subject(topic);
    const fenced = await subject(topic, async (step): Promise<Fate> => {
      if (step === 'commit') {
        await create(other, 'c').catch(() => undefined);
      }
      return 'done';
    });
    await expect(create(fenced, 'c')).rejects.toThrow(ConnectorExistsError);
    expect(count(topic, 'connector-c')).toBe(1);
  });

  it('checks again when somebody wrote between the decision and the append', async () => {
    const topic = new MemoryTopic('configs');
    let foreign = true;
    const writer = await subject(topic, (step) => {
      if (step === 'append' && foreign) {
        foreign = false;
        topic.append({ key: 'connector-c', value: Buffer.from('{"properties":{"by":"console"}}') });
      }
      return 'done';
    });
    await expect(create(writer, 'c')).rejects.toThrow(ConnectorExistsError);
    expect(writer.tail.snapshot().connectorConfig('c')).toEqual({ by: 'console' });
  });

  it('acknowledges only what it has read back', async () => {
    const topic = new MemoryTopic('configs');
    const slow = await subject(topic, () => 'done', 100);
    const { state } = await create(slow, 'c');
    expect(state.contains('c')).toBe(true);
    expect(slow.tail.position()).toBeGreaterThan(0);
  });

  it('refuses on what is true now, not on what it has read so far', async () => {
    const topic = new MemoryTopic('configs');
    const slow = await subject(topic, () => 'done', 1_000);
    const other = await subject(topic);
    await create(other, 'c');
    await expect(create(slow, 'c')).rejects.toThrow(ConnectorExistsError);
    await other.writer.write({ kind: 'delete-connector', connector: 'c' }, 5_000);
    expect(await create(slow, 'c')).toMatchObject({ created: true });
  });

  it('gives up what was not acknowledged in time, and never writes it later', async () => {
    const topic = new MemoryTopic('configs');
    const stuck = await subject(topic, (step) => (step === 'append' ? 'lost' : 'done'));
    await expect(create(stuck, 'c', 50)).rejects.toThrow(StoreTimeoutError);
    await stuck.writer.stop();
    expect(topic.records()).toEqual([]);
  });

  it('refuses at once what no repetition will mend', async () => {
    const topic = new MemoryTopic('configs');
    const forbidden = await subject(topic, (step) => {
      if (step === 'initialise') {
        throw new KafkaError('TRANSACTIONAL_ID_AUTHORIZATION_FAILED', { retriable: false, brokerCode: 53 });
      }
      return 'done';
    });
    await expect(create(forbidden, 'c')).rejects.toThrow('TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
  });

  it('passes on what a merge throws', async () => {
    const one = await subject(new MemoryTopic('configs'));
    await create(one, 'c');
    const merge = (): never => {
      throw new RangeError('no such key');
    };
    await expect(one.writer.write({ kind: 'patch-connector', connector: 'c', merge }, 5_000)).rejects.toThrow(
      RangeError,
    );
  });

  it('takes the lease back at once when it lay idle, and gives way when it was in use', async () => {
    const topic = new MemoryTopic('configs');
    const errors: unknown[] = [];
    const [one, two] = [await subject(topic), await subject(topic)];
    for (let round = 0; round < 20; round += 1) {
      await create(round % 2 === 0 ? one : two, `c${round}`).catch((error: unknown) => errors.push(error));
    }
    expect(errors).toEqual([]);
    expect(one.tail.snapshot().connectors()).toHaveLength(20);
  });

  it('makes one history of any interleaving of writers that fail at any point', async () => {
    const step = fc.constantFrom<Fate>('done', 'done', 'done', 'refused', 'unheard', 'lost');
    const plan = fc.record({
      lags: fc.array(fc.constantFrom(0, 0, 2), { minLength: 3, maxLength: 3 }),
      fates: fc.array(fc.array(step, { maxLength: 40 }), { minLength: 3, maxLength: 3 }),
      operations: fc.array(
        fc.record({
          by: fc.nat({ max: 2 }),
          kind: fc.constantFrom('create', 'delete', 'add'),
          connector: fc.constantFrom('a', 'b'),
          pause: fc.boolean(),
        }),
        { minLength: 5, maxLength: 40 },
      ),
      foreign: fc.array(fc.nat({ max: 30 }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ lags, fates: given, operations, foreign }) => {
        const topic = new MemoryTopic('configs');
        let appends = 0;
        const subjects = await Promise.all(
          given.map((own, index) => {
            const left = [...own];
            const fate = (of: Step): Fate => {
              appends += of === 'append' ? 1 : 0;
              if (of === 'append' && foreign.includes(appends)) {
                topic.append({ key: 'connector-foreign', value: Buffer.from('{"properties":{}}') });
              }
              return left.shift() ?? 'done';
            };
            return subject(topic, fate, lags[index]);
          }),
        );
        const outcomes: Promise<'written' | 'refused'>[] = [];
        for (const [index, operation] of operations.entries()) {
          const { writer } = subjects[operation.by] ?? (await subject(topic));
          const { connector } = operation;
          const write =
            operation.kind === 'create'
              ? writer.write(
                  { kind: 'create-connector', connector, config: { n: '0', op: String(index) } },
                  20_000,
                )
              : operation.kind === 'delete'
                ? writer.write({ kind: 'delete-connector', connector }, 20_000)
                : writer.write(
                    {
                      kind: 'patch-connector',
                      connector,
                      merge: (current) => ({ n: String(Number(current['n']) + 1), op: String(index) }),
                    },
                    20_000,
                  );
          outcomes.push(
            write.then(
              () => 'written',
              (error: unknown) => {
                if (error instanceof StoreTimeoutError || error instanceof ProducerFencedError) {
                  throw error;
                }
                return 'refused';
              },
            ),
          );
          if (operation.pause) {
            await Promise.race([outcomes.at(-1), new Promise((resolve) => setImmediate(resolve))]);
          }
        }
        const settled = await Promise.all(outcomes);
        await Promise.all(subjects.map(({ writer }) => writer.stop()));
        verifyHistory(topic, operations, settled);
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});

/** Replays the log: what is in it was allowed where it stands, what was acknowledged is in it once, what was refused is not. */
function verifyHistory(
  topic: MemoryTopic,
  operations: readonly { readonly kind: string }[],
  outcomes: readonly ('written' | 'refused')[],
): void {
  const current = new Map<string, number>();
  const seen = new Map<number, number>();
  let deletions = 0;
  for (const { key, value } of written(topic)) {
    if (key === null || !/^connector-[ab]$/.test(key)) {
      continue;
    }
    if (value === null) {
      expect(current.has(key)).toBe(true);
      current.delete(key);
      deletions += 1;
      continue;
    }
    const { n, op } = (JSON.parse(value.toString('utf8')) as { properties: { n: string; op: string } })
      .properties;
    const kind = operations[Number(op)]?.kind;
    const before = current.get(key);
    expect(kind === 'create' ? before : (before ?? -1) + 1).toBe(kind === 'create' ? undefined : Number(n));
    current.set(key, Number(n));
    seen.set(Number(op), (seen.get(Number(op)) ?? 0) + 1);
  }
  for (const [index, { kind }] of operations.entries()) {
    if (kind !== 'delete') {
      expect(seen.get(index) ?? 0).toBe(outcomes[index] === 'written' ? 1 : 0);
    }
  }
  const deleted = operations.filter(({ kind }, index) => kind === 'delete' && outcomes[index] === 'written');
  expect(deletions).toBe(deleted.length);
}
