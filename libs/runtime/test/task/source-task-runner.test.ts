import {
  RetriableError,
  SourceRecord,
  SourceTask,
  type Props,
  type RecordMetadata,
  type SourceOffset,
} from '@millrace/connect-api';
import { RecordTooLargeError, type NewTopic } from '@millrace/kafka';
import { waitFor } from '@millrace/testing';
import { memoryOffsetBackingStore, MemoryTopic, type OffsetBackingStore } from '@millrace/topic-stores';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lease, LeaseExpiredError } from '../../src/host/lease.ts';
import type { ErrorPolicySettings } from '../../src/errors/error-policy.ts';
import { SourceMeasures } from '../../src/metrics/source-measures.ts';
import { SourceOffsetCommitter } from '../../src/task/source-offset-committer.ts';
import { SourcePipeline } from '../../src/task/source-pipeline.ts';
import { SourceSender } from '../../src/task/source-sender.ts';
import { SourceTaskRunner } from '../../src/task/source-task-runner.ts';
import { TopicCreator } from '../../src/topics/topic-creator.ts';
import { TopicCreation } from '../../src/topics/topic-creation.ts';
import { TaskGate } from '../../src/task/task-gate.ts';
import { TopicSightings } from '../../src/task/topic-sightings.ts';
import { TransformationChain, type TransformationStage } from '../../src/task/transformation-chain.ts';
import { FakeProducer } from './fake-producer.ts';
import {
  converters,
  deadLetterQueue,
  description,
  measuring,
  pluginLog,
  policy,
  Reports,
  silent,
} from './parts.ts';

const PARTITION = { file: 'a' };

/** Gives the batches that the test adds, and tells what was done to it. */
class ScriptedTask extends SourceTask {
  readonly calls: string[] = [];
  readonly acknowledged: (RecordMetadata | null)[] = [];
  #batches: (readonly SourceRecord[] | Error)[] = [];
  #position = 0n;
  failStart: Error | null = null;
  hangs = false;
  /** A poll hangs. */
  polling = false;
  #interrupt: (() => void) | null = null;

  add(...values: string[]): void {
    this.#batches.push(
      values.map((value) => {
        this.#position += 1n;
        return new SourceRecord({
          sourcePartition: PARTITION,
          sourceOffset: { position: this.#position },
          topic: 't',
          value,
        });
      }),
    );
  }

  addError(error: Error): void {
    this.#batches.push(error);
  }

  interruptPoll(): void {
    this.#interrupt?.();
  }

  override version(): string {
    return '7';
  }

  override start(_props: Props): void {
    this.calls.push('start');
    if (this.failStart !== null) {
      throw this.failStart;
    }
  }

  override async poll(): Promise<readonly SourceRecord[] | null> {
    if (this.hangs) {
      this.polling = true;
      await new Promise<void>((resolve) => {
        this.#interrupt = resolve;
      });
      return null;
    }
    const next = this.#batches.shift();
    if (next instanceof Error) {
      throw next;
    }
    if (next === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return null;
    }
    return next;
  }

  override commit(): void {
    this.calls.push('commit');
  }

  override commitRecord(_record: SourceRecord, metadata: RecordMetadata | null): void {
    this.acknowledged.push(metadata);
  }

  override stop(): void {
    this.calls.push('stop');
    this.#interrupt?.();
  }
}

interface Bed {
  readonly task: ScriptedTask;
  readonly producer: FakeProducer;
  readonly runner: SourceTaskRunner;
  readonly reports: Reports;
  readonly lease: Lease;
  readonly committed: () => Promise<SourceOffset | null | undefined>;
}

const beds: Bed[] = [];

const asItIs = (store: OffsetBackingStore): OffsetBackingStore => store;

interface BedOptions {
  readonly paused?: boolean;
  readonly errors?: Partial<ErrorPolicySettings>;
  readonly stages?: readonly TransformationStage[];
  readonly flushIntervalMs?: number;
  readonly topics?: TopicCreator | null;
  /** The producer of dead letters. */
  readonly letters?: FakeProducer | null;
  readonly store?: (store: OffsetBackingStore) => OffsetBackingStore;
  /** The clock of what it measures. */
  readonly now?: () => number;
}

async function bedWith(options: BedOptions = {}): Promise<Bed> {
  const { paused = false, errors, stages = [], flushIntervalMs = 5, store = asItIs } = options;
  const { topics = null, letters = null } = options;
  const task = new ScriptedTask();
  const producer = new FakeProducer();
  const reports = new Reports();
  const lease = new Lease();
  lease.renew(Number.POSITIVE_INFINITY);
  const gate = new TaskGate(lease.check);
  const offsets = memoryOffsetBackingStore(new MemoryTopic('offsets'));
  await offsets.start();
  const measures = new SourceMeasures(measuring(options.now === undefined ? {} : { now: options.now }));
  const committer = new SourceOffsetCommitter({
    connector: 'X',
    task,
    offsets: store(offsets),
    gate,
    flushTimeoutMs: 1_000,
    measures: measures.task.commits,
    logger: silent,
  });
  const errorPolicy = policy(errors, letters === null ? null : deadLetterQueue(letters));
  const sender = new SourceSender({
    task,
    pipeline: new SourcePipeline(new TransformationChain(stages), converters, errorPolicy),
    producer,
    tracker: committer.tracker,
    sightings: new TopicSightings(reports.report),
    topics,
    policy: errorPolicy,
    logger: silent,
  });
  const runner = new SourceTaskRunner({
    task,
    props: {},
    context: {
      logger: pluginLog,
      offsetStorageReader: { offset: () => Promise.resolve(null), offsets: () => Promise.resolve([]) },
      transactionContext: undefined,
      configs: () => ({}),
    },
    paused,
    sender,
    committer,
    policy: errorPolicy,
    measures,
    description,
    producer,
    gate,
    offsetFlushIntervalMs: flushIntervalMs,
    drainTimeoutMs: 100,
    report: reports.report,
    logger: silent,
    dispose: () => Promise.resolve(),
  });
  const committed = async (): Promise<SourceOffset | null | undefined> =>
    (await offsets.get('X', [PARTITION]))[0];
  const bed = { task, producer, runner, reports, lease, committed };
  beds.push(bed);
  return bed;
}

afterEach(async () => {
  await Promise.all(beds.splice(0).map(({ runner }) => runner.stop()));
});

describe('A source task', () => {
  it('commits the offset of what the broker has acknowledged, and no more', async () => {
    const { task, producer, runner, committed } = await bedWith();
    await runner.start();
    task.add('a', 'b');
    await waitFor('the records to be sent', () => producer.values.length === 2);
    expect(await committed()).toBeNull();
    producer.acknowledge();
    await waitFor('the commit', async () => (await committed())?.['position'] === 2n);
    task.add('c');
    await waitFor('the third record', () => producer.values.length === 3);
    expect(await committed()).toEqual({ position: 2n });
    expect(task.acknowledged).toHaveLength(2);
  });

  it('tells that it runs, and which topics it uses', async () => {
    const { task, producer, runner, reports } = await bedWith();
    await runner.start();
    task.add('a');
    await waitFor('the record', () => producer.values.length === 1);
    producer.acknowledge();
    await waitFor('the topic', () => reports.events.length === 2);
    expect(reports.events).toEqual([
      { kind: 'running', version: '7' },
      { kind: 'topic', topic: 't' },
    ]);
  });

  it('commits what is acknowledged while it stops, and only then is told to stop', async () => {
    const { task, producer, runner, committed } = await bedWith({ flushIntervalMs: 1_000_000 });
    await runner.start();
    task.add('a');
    await waitFor('the record', () => producer.values.length === 1);
    const stopped = runner.stop();
    producer.acknowledge();
    await stopped;
    expect(await committed()).toEqual({ position: 1n });
    expect(task.calls).toEqual(['start', 'commit', 'stop']);
    expect(producer.closed).toBe(true);
  });

  it('is stopped without its commit when the broker does not answer, and reads those records again', async () => {
    const { task, producer, runner, committed } = await bedWith({ flushIntervalMs: 1_000_000 });
    await runner.start();
    task.add('a');
    await waitFor('the record', () => producer.values.length === 1);
    await runner.stop();
    expect(await committed()).toBeNull();
  });

  it('is stopped while the producer takes no more', async () => {
    const { task, producer, runner } = await bedWith();
    producer.accepting = new Promise(() => undefined);
    await runner.start();
    task.add('a');
    await waitFor('the record', () => producer.values.length === 1);
    await runner.stop();
    expect(task.calls.at(-1)).toBe('stop');
  });

  it('that waits in poll() is interrupted by stop()', async () => {
    const { task, runner } = await bedWith();
    task.hangs = true;
    await runner.start();
    await runner.stop();
    expect(task.calls.at(-1)).toBe('commit');
    expect(task.calls).toContain('stop');
  });

  it('fails with the cause in its trace when poll() throws', async () => {
    const { task, runner, reports } = await bedWith();
    await runner.start();
    task.addError(new TypeError('broken pipe'));
    await waitFor('the failure', () => reports.kinds.includes('failed'));
    expect(reports.trace).toContain('TypeError: broken pipe');
  });

  it('polls again when poll() says that it may', async () => {
    const { task, producer, runner, reports } = await bedWith();
    await runner.start();
    task.addError(new RetriableError('not now'));
    task.add('a');
    await waitFor('the record', () => producer.values.length === 1);
    expect(reports.kinds).toEqual(['running']);
  });

  it('whose start fails is stopped all the same, for what it has opened by then', async () => {
    const { task, runner } = await bedWith();
    task.failStart = new Error('no such host');
    await expect(runner.start()).rejects.toThrow('no such host');
    await runner.stop();
    expect(task.calls).toEqual(['start', 'stop']);
  });

  it('fails when a record cannot be sent', async () => {
    const { task, producer, runner, reports, committed } = await bedWith();
    await runner.start();
    task.add('a', 'b');
    await waitFor('the records', () => producer.values.length === 2);
    producer.acknowledge([{ index: 1, error: new Error('too large') }]);
    await waitFor('the failure', () => reports.kinds.includes('failed'));
    expect(reports.trace).toContain('Unrecoverable exception from producer send callback');
    expect(reports.trace).toContain('too large');
    await runner.stop();
    expect(await committed()).toBeNull();
  });

  it('goes on past a record that cannot be sent where errors are tolerated', async () => {
    const { task, producer, runner, reports, committed } = await bedWith({ errors: { tolerance: 'all' } });
    await runner.start();
    task.add('a', 'b');
    await waitFor('the records', () => producer.values.length === 2);
    producer.acknowledge([{ index: 1, error: new Error('too large') }]);
    await waitFor('the commit', async () => (await committed())?.['position'] === 2n);
    expect(task.acknowledged.map((metadata) => metadata?.topic)).toEqual(['t', undefined]);
    expect(reports.kinds).not.toContain('failed');
  });

  it('fails at a record that cannot be converted', async () => {
    const { task, runner, reports } = await bedWith();
    await runner.start();
    task.add('a', 'poison');
    await waitFor('the failure', () => reports.kinds.includes('failed'));
    expect(reports.trace).toContain('Tolerance exceeded in error handler');
    expect(reports.trace).toContain('poisoned');
  });

  it('skips a record that cannot be converted where errors are tolerated; a later offset covers it', async () => {
    const { task, producer, runner, committed } = await bedWith({ errors: { tolerance: 'all' } });
    await runner.start();
    task.add('a', 'poison', 'c');
    await waitFor('the records', () => producer.values.length === 2);
    expect(producer.values).toEqual(['a', 'c']);
    producer.acknowledge();
    await waitFor('the commit', async () => (await committed())?.['position'] === 3n);
    expect(task.acknowledged.filter((metadata) => metadata === null)).toHaveLength(1);
  });

  it('keeps what it skips as a dead letter that can be read whatever the converters, and commits past it after that', async () => {
    const letters = new FakeProducer();
    const bed = await bedWith({ errors: { tolerance: 'all' }, letters });
    await bed.runner.start();
    bed.task.add('poison', 'b');
    await waitFor('the record', () => bed.producer.values.length === 1);
    bed.producer.acknowledge();
    await waitFor('a commit', () => bed.task.calls.filter((call) => call === 'commit').length > 2);
    expect(await bed.committed()).toBeNull();
    letters.acknowledge();
    await waitFor('the commit of the offset', async () => (await bed.committed())?.['position'] === 2n);
    expect(letters.values).toEqual(['{"schema":null,"payload":"poison"}']);
    const headers = letters.sent[0]?.records[0]?.headers.map(({ key, value }) => [
      key.replace('__connect.errors.', ''),
      Buffer.from(value ?? []).toString(),
    ]);
    expect(Object.fromEntries(headers ?? [])).toMatchObject({
      topic: 't',
      offset: '-1',
      'connector.name': 'X',
      'task.id': '0',
      stage: 'VALUE_CONVERTER',
      'class.name': 'V',
      'source.partition': '{"file":"a"}',
      'source.offset': '{"position":1}',
    });
  });

  it('keeps what the broker refuses as a dead letter', async () => {
    const letters = new FakeProducer();
    const bed = await bedWith({ errors: { tolerance: 'all' }, letters });
    await bed.runner.start();
    bed.task.add('a', 'b');
    await waitFor('the records', () => bed.producer.values.length === 2);
    bed.producer.acknowledge([{ index: 0, error: new RecordTooLargeError('too large', 9) }]);
    await waitFor('the letter', () => letters.sent.length === 1);
    expect(await bed.committed()).toBeNull();
    letters.acknowledge();
    await waitFor('the commit of the offset', async () => (await bed.committed())?.['position'] === 2n);
  });

  it('creates the topics it writes to before it writes', async () => {
    const created: NewTopic[] = [];
    const creation = TopicCreation.of({
      'topic.creation.default.partitions': '3',
      'topic.creation.default.replication.factor': '1',
    });
    const topics = new TopicCreator({
      creation: creation ?? expect.fail('no settings'),
      admin: {
        describeTopics: () => Promise.resolve([]),
        createTopic: (topic) => Promise.resolve(created.push(topic) > 0),
      },
      check: () => undefined,
      logger: silent,
    });
    const { task, producer, runner } = await bedWith({ topics });
    await runner.start();
    task.add('a');
    await waitFor('the record', () => producer.values.length === 1);
    task.add('b');
    await waitFor('the other record', () => producer.values.length === 2);
    expect(created).toEqual([{ topic: 't', partitions: 3, replicationFactor: 1, configs: {} }]);
  });

  it('drops what a transform drops', async () => {
    const stages: TransformationStage[] = [
      {
        alias: 'only',
        className: 'Only',
        negate: false,
        predicate: null,
        transformation: {
          config: () => {
            throw new Error('not asked here');
          },
          configure: () => undefined,
          apply: (record) => (record.value === 'b' ? null : record.newRecord({ topic: 'u' })),
        },
      },
    ];
    const { task, producer, runner } = await bedWith({ stages });
    await runner.start();
    task.add('a', 'b', 'c');
    await waitFor('the records', () => producer.values.length === 2);
    expect(producer.sent[0]?.records.map(({ topic }) => topic)).toEqual(['u', 'u']);
  });

  it('that begins paused is started when it is resumed', async () => {
    const { task, runner, reports } = await bedWith({ paused: true });
    await runner.start();
    expect(reports.kinds).toEqual(['paused']);
    expect(task.calls).toEqual([]);
    runner.setTargetState('STARTED');
    await waitFor('its start', () => task.calls.includes('start'));
    await waitFor('the report', () => reports.kinds.length === 2);
    expect(reports.kinds).toEqual(['paused', 'running']);
  });

  it('does not poll while it is paused', async () => {
    const { task, producer, runner, reports } = await bedWith();
    await runner.start();
    runner.setTargetState('PAUSED');
    await waitFor('the pause', () => reports.kinds.at(-1) === 'paused');
    task.add('a');
    runner.setTargetState('STARTED');
    await waitFor('the record', () => producer.values.length === 1);
    expect(reports.kinds).toEqual(['running', 'paused', 'running']);
  });

  it('ends when the lease is over, and commits nothing more', async () => {
    const { task, producer, runner, reports, lease, committed } = await bedWith({
      flushIntervalMs: 1_000_000,
    });
    await runner.start();
    task.add('a');
    await waitFor('the record', () => producer.values.length === 1);
    lease.renew(Number.NEGATIVE_INFINITY);
    producer.acknowledge([{ index: 0, error: new LeaseExpiredError('over') }]);
    await waitFor('its end', () => reports.kinds.includes('lease-expired'));
    await runner.stop();
    expect(await committed()).toBeNull();
  });

  it('writes offsets again whose commit failed', async () => {
    let failures = 1;
    const { task, producer, runner, committed } = await bedWith({
      store: (plain) => ({
        start: () => plain.start(),
        stop: () => plain.stop(),
        get: (connector, partitions) => plain.get(connector, partitions),
        all: (connector) => plain.all(connector),
        set: (connector, offsets) => {
          failures -= 1;
          return failures >= 0 ? Promise.reject(new Error('no broker')) : plain.set(connector, offsets);
        },
      }),
    });
    await runner.start();
    task.add('a');
    await waitFor('the record', () => producer.values.length === 1);
    producer.acknowledge();
    await waitFor('the commit', async () => (await committed())?.['position'] === 1n);
    expect(runner.metrics()).toMatchObject({ 'offset-commit-failure-total': 1 });
  });
});

describe('A source task that does not move', () => {
  let now: number;
  const clock = (): number => now;

  beforeEach(() => {
    now = 0;
  });

  it('is one whose poll does not return, until it does', async () => {
    const { task, runner } = await bedWith({ now: clock });
    task.hangs = true;
    await runner.start();
    await waitFor('the poll', () => task.polling);
    expect(runner.stalled()).toBeNull();
    now = 300_000;
    expect(runner.stalled()).toBe('poll');
    task.hangs = false;
    task.interruptPoll();
    await waitFor('the poll to return', () => runner.stalled() === null);
  });

  it('is one whose records nobody acknowledges', async () => {
    const { task, producer, runner } = await bedWith({ now: clock });
    await runner.start();
    task.add('a', 'b');
    await waitFor('the records', () => producer.values.length === 2);
    expect(runner.stalled()).toBeNull();
    now = 300_000;
    // Its polls return all the while.
    await waitFor('the stall', () => runner.stalled() === 'acknowledgement');
    expect(runner.metrics()).toMatchObject({
      'source-record-poll-total': 2,
      'source-record-write-total': 0,
      'source-record-active-count': 2,
    });
    producer.acknowledge();
    await waitFor('the acknowledgement', () => runner.stalled() === null);
    expect(runner.metrics()).toMatchObject({
      'source-record-write-total': 2,
      'source-record-active-count': 0,
      'source-record-active-count-max': 2,
      'total-record-errors': 0,
    });
  });

  it('is not one that has nothing to give, or is paused', async () => {
    const idle = await bedWith({ now: clock });
    const paused = await bedWith({ now: clock, paused: true });
    await idle.runner.start();
    await paused.runner.start();
    idle.runner.stalled();
    paused.runner.stalled();
    now = 1e9;
    await waitFor('the idle one to poll', () => idle.runner.stalled() === null);
    expect(paused.runner.stalled()).toBeNull();
    expect(paused.runner.metrics()).toMatchObject({ 'pause-ratio': 1, 'running-ratio': 0 });
  });
});
