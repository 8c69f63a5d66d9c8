import {
  ConfigDef,
  RetriableError,
  SinkTask,
  type Props,
  type SinkRecord,
  type SinkTaskContext,
  type TopicPartition,
  type TopicPartitionOffset,
} from '@millrace/connect-api';
import { KafkaError, RecordTooLargeError } from '@millrace/kafka';
import { waitFor } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ErrantRecords } from '../../src/errors/errant-records.ts';
import { Lease } from '../../src/host/lease.ts';
import type { ErrorPolicySettings } from '../../src/errors/error-policy.ts';
import { SinkLag } from '../../src/metrics/sink-lag.ts';
import { SinkMeasures } from '../../src/metrics/sink-measures.ts';
import { SinkCommitter } from '../../src/task/sink-committer.ts';
import { SinkContext } from '../../src/task/sink-context.ts';
import { SinkOffsets } from '../../src/task/sink-offsets.ts';
import { SinkPipeline } from '../../src/task/sink-pipeline.ts';
import { SinkTaskRunner } from '../../src/task/sink-task-runner.ts';
import { TaskGate } from '../../src/task/task-gate.ts';
import { TopicSightings } from '../../src/task/topic-sightings.ts';
import { TransformationChain, type TransformationStage } from '../../src/task/transformation-chain.ts';
import { FakeConsumer } from './fake-consumer.ts';
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

const at = (partition: number, offset: number) => ({ topic: 't', partition, offset });
const P0: TopicPartition = { topic: 't', partition: 0 };
const P1: TopicPartition = { topic: 't', partition: 1 };

/** Keeps what it is given; fails when the test says so. */
class KeepingTask extends SinkTask {
  readonly calls: string[] = [];
  readonly values: unknown[] = [];
  /** Errors of the next puts, one each; null: none. */
  readonly putErrors: (Error | null)[] = [];
  flushError: Error | null = null;
  /** What each put waits for. */
  putGate: Promise<undefined> | null = null;
  onRecord: (record: SinkRecord, context: SinkTaskContext) => unknown = () => undefined;
  offer: ((offsets: readonly TopicPartitionOffset[]) => readonly TopicPartitionOffset[]) | null = null;

  get sinkContext(): SinkTaskContext {
    return this.context;
  }

  override version(): string {
    return '3';
  }

  override start(_props: Props): void {
    this.calls.push('start');
  }

  override open(partitions: readonly TopicPartition[]): void {
    this.calls.push(`open ${partitions.map(({ partition }) => partition).join()}`);
  }

  override async put(records: readonly SinkRecord[]): Promise<void> {
    const error = records.length === 0 ? null : (this.putErrors.shift() ?? null);
    if (error !== null) {
      this.calls.push('put fails');
      throw error;
    }
    for (const record of records) {
      this.values.push(record.value);
      void this.onRecord(record, this.context);
    }
    await this.putGate;
  }

  override flush(): void {
    if (this.flushError !== null) {
      throw this.flushError;
    }
  }

  override async preCommit(
    offsets: readonly TopicPartitionOffset[],
  ): Promise<readonly TopicPartitionOffset[]> {
    const all = await super.preCommit(offsets);
    return this.offer === null ? all : this.offer(all);
  }

  override close(partitions: readonly TopicPartition[]): void {
    this.calls.push(`close ${partitions.map(({ partition }) => partition).join()}`);
  }

  override stop(): void {
    this.calls.push('stop');
  }
}

interface Bed {
  readonly task: KeepingTask;
  readonly consumer: FakeConsumer;
  readonly runner: SinkTaskRunner;
  readonly reports: Reports;
  readonly lease: Lease;
  /** The producer of dead letters. */
  readonly letters: FakeProducer;
}

const beds: Bed[] = [];

interface BedOptions {
  readonly paused?: boolean;
  readonly errors?: Partial<ErrorPolicySettings>;
  readonly flushIntervalMs?: number;
  readonly deadLetters?: boolean;
  readonly stages?: readonly TransformationStage[];
  /** The clock of what it measures. */
  readonly now?: () => number;
}

function bedWith(options: BedOptions = {}): Bed {
  const { paused = false, errors, flushIntervalMs = 10, stages = [] } = options;
  const task = new KeepingTask();
  const consumer = new FakeConsumer();
  const reports = new Reports();
  const lease = new Lease();
  lease.renew(Number.POSITIVE_INFINITY);
  const gate = new TaskGate(lease.check);
  const offsets = new SinkOffsets();
  const letters = new FakeProducer();
  const errorPolicy = policy(errors, options.deadLetters === true ? deadLetterQueue(letters) : null);
  const errant = errorPolicy.reports ? new ErrantRecords(errorPolicy, converters) : null;
  const measured = measuring(options.now === undefined ? {} : { now: options.now });
  const measures = new SinkMeasures(measured);
  const runner = new SinkTaskRunner({
    task,
    props: {},
    topics: { topics: ['t'] },
    context: new SinkContext(pluginLog, {}, offsets, errant ?? undefined),
    offsets,
    paused,
    pipeline: new SinkPipeline(new TransformationChain(stages), converters, errorPolicy, errant),
    policy: errorPolicy,
    errant,
    consumer,
    committer: new SinkCommitter({
      task,
      offsets,
      consumer,
      gate,
      policy: errorPolicy,
      flushTimeoutMs: 1_000,
      closeTimeoutMs: 100,
      measures,
      logger: silent,
    }),
    measures,
    lag: new SinkLag({ consumer, offsets, maxAgeMs: 0, now: measured.now, logger: silent }),
    description,
    sightings: new TopicSightings(reports.report),
    gate,
    offsetFlushIntervalMs: flushIntervalMs,
    report: reports.report,
    logger: silent,
    dispose: () => Promise.resolve(),
  });
  const bed = { task, consumer, runner, reports, lease, letters };
  beds.push(bed);
  return bed;
}

/** Runs with partition 0 assigned at offset 5. */
async function running(options: BedOptions = {}): Promise<Bed> {
  const bed = bedWith(options);
  bed.consumer.assignSoon([at(0, 5)]);
  await bed.runner.start();
  await waitFor('the partition to be opened', () => bed.task.calls.includes('open 0'));
  return bed;
}

afterEach(async () => {
  await Promise.all(beds.splice(0).map(({ runner }) => runner.stop()));
});

describe('A sink task', () => {
  it('gets what is consumed, and its offsets are committed after that', async () => {
    const { task, consumer, reports } = await running();
    consumer.deliver(0, 5, ['a', 'b']);
    await waitFor('the commit', () => consumer.commits.length > 0);
    expect(task.values).toEqual(['a', 'b']);
    expect(consumer.commits[0]).toEqual([at(0, 7)]);
    expect(reports.events).toEqual([
      { kind: 'running', version: '3' },
      { kind: 'topic', topic: 't' },
    ]);
  });

  it('commits nothing twice', async () => {
    const { task, consumer } = await running();
    consumer.deliver(0, 5, ['a']);
    await waitFor('the commit', () => consumer.commits.length > 0);
    consumer.deliver(0, 6, ['b']);
    await waitFor('the second commit', () => consumer.commits.length > 1);
    expect(consumer.commits).toEqual([[at(0, 6)], [at(0, 7)]]);
    expect(task.values).toEqual(['a', 'b']);
  });

  it('may hold back offsets, and cannot offer ones it was not given', async () => {
    const { task, consumer } = await running();
    task.offer = () => [at(0, 6), at(0, 99), at(9, 1)];
    consumer.deliver(0, 5, ['a', 'b', 'c']);
    await waitFor('the commit', () => consumer.commits.length > 0);
    expect(consumer.commits[0]).toEqual([at(0, 6)]);
  });

  it('gets the same records again when put() asks for it, and nothing else before', async () => {
    const { task, consumer } = await running({ flushIntervalMs: 1_000_000 });
    task.putErrors.push(new RetriableError('busy'), new RetriableError('busy'));
    task.sinkContext.timeout(1);
    consumer.deliver(0, 5, ['a']);
    await waitFor('the failed put', () => task.calls.includes('put fails'));
    expect(consumer.paused).toEqual(new Set(['t-0']));
    consumer.deliver(0, 6, ['b']);
    await waitFor('all records', () => task.values.length === 2);
    expect(task.values).toEqual(['a', 'b']);
    expect(consumer.paused.size).toBe(0);
  });

  it('fails when put() throws anything else; what it had put before is committed', async () => {
    const { task, consumer, runner, reports } = await running({ flushIntervalMs: 1_000_000 });
    consumer.deliver(0, 5, ['a']);
    await waitFor('the first record', () => task.values.length === 1);
    task.putErrors.push(new TypeError('disk full'));
    consumer.deliver(0, 6, ['b']);
    await waitFor('the failure', () => reports.kinds.includes('failed'));
    expect(reports.trace).toContain('Exiting WorkerSinkTask due to unrecoverable exception.');
    expect(reports.trace).toContain('disk full');
    await runner.stop();
    expect(consumer.commits).toEqual([[at(0, 6)]]);
    expect(task.calls.slice(-2)).toEqual(['close 0', 'stop']);
  });

  it('goes back to the last commit when its flush fails', async () => {
    const { task, consumer } = await running();
    task.flushError = new Error('disk full');
    consumer.deliver(0, 5, ['a']);
    await waitFor('the rewind', () => consumer.seeks.length > 0);
    expect(consumer.seeks[0]).toEqual(at(0, 5));
    task.flushError = null;
    consumer.deliver(0, 5, ['a']);
    await waitFor('the commit', () => consumer.commits.length > 0);
    expect(consumer.commits[0]).toEqual([at(0, 6)]);
  });

  it('commits and closes partitions that are revoked, and drops what it was to put again', async () => {
    const { task, consumer } = await running({ flushIntervalMs: 1_000_000 });
    consumer.assignSoon([at(1, 0)]);
    await waitFor('the second partition', () => task.calls.includes('open 1'));
    consumer.deliver(0, 5, ['a']);
    await waitFor('the first record', () => task.values.length === 1);
    task.putErrors.push(new RetriableError('busy'));
    consumer.deliver(1, 0, ['b']);
    await waitFor('the failed put', () => task.calls.includes('put fails'));
    consumer.revokeSoon([P0, P1]);
    await waitFor('the close', () => task.calls.includes('close 0,1'));
    expect(consumer.commits).toEqual([[at(0, 6)]]);
    consumer.assignSoon([at(0, 6)]);
    consumer.deliver(0, 6, ['c']);
    await waitFor('the next record', () => task.values.length === 2);
    expect(task.values).toEqual(['a', 'c']);
  });

  it('closes partitions that are lost without a commit', async () => {
    const { task, consumer } = await running({ flushIntervalMs: 1_000_000 });
    consumer.deliver(0, 5, ['a']);
    await waitFor('the first record', () => task.values.length === 1);
    consumer.revokeSoon([P0], true);
    await waitFor('the close', () => task.calls.includes('close 0'));
    expect(consumer.commits).toEqual([]);
  });

  it('gives its partitions up with a last commit when it stops', async () => {
    const { task, consumer, runner } = await running({ flushIntervalMs: 1_000_000 });
    consumer.deliver(0, 5, ['a']);
    await waitFor('the first record', () => task.values.length === 1);
    await runner.stop();
    expect(consumer.commits).toEqual([[at(0, 6)]]);
    expect(task.calls).toEqual(['start', 'open 0', 'close 0', 'stop']);
    expect(consumer.closed).toBe(true);
  });

  it('is stopped all the same when the broker does not answer its last commit', async () => {
    const { task, consumer, runner } = await running({ flushIntervalMs: 1_000_000 });
    consumer.onCommit = () => new Promise(() => undefined);
    consumer.deliver(0, 5, ['a']);
    await waitFor('the first record', () => task.values.length === 1);
    await runner.stop();
    expect(task.calls.at(-1)).toBe('stop');
  });

  it('consumes nothing while it is paused, and commits before', async () => {
    const { task, consumer, runner, reports } = await running({ flushIntervalMs: 1_000_000 });
    consumer.deliver(0, 5, ['a']);
    await waitFor('the first record', () => task.values.length === 1);
    runner.setTargetState('PAUSED');
    await waitFor('the commit', () => consumer.commits.length === 1);
    expect(consumer.paused).toEqual(new Set(['t-0']));
    expect(reports.kinds.at(-1)).toBe('paused');
    consumer.deliver(0, 6, ['b']);
    runner.setTargetState('STARTED');
    await waitFor('the second record', () => task.values.length === 2);
    expect(reports.kinds.filter((kind) => kind !== 'topic')).toEqual(['running', 'paused', 'running']);
  });

  it('that begins paused joins no group until it is resumed', async () => {
    const { task, consumer, runner, reports } = bedWith({ paused: true });
    await runner.start();
    expect(reports.kinds).toEqual(['paused']);
    expect(consumer.subscribed).toBe(false);
    runner.setTargetState('STARTED');
    await waitFor('its start', () => consumer.subscribed);
    expect(task.calls).toEqual(['start']);
  });

  it('may pause partitions by itself, and seek in them', async () => {
    const { task, consumer, runner } = await running({ flushIntervalMs: 1_000_000 });
    const context = task.sinkContext;
    context.pause(P0);
    expect(consumer.paused).toEqual(new Set(['t-0']));
    runner.setTargetState('PAUSED');
    runner.setTargetState('STARTED');
    context.offset([at(0, 2)]);
    consumer.wakeup();
    await waitFor('the seek', () => consumer.seeks.length === 1);
    expect(consumer.seeks).toEqual([at(0, 2)]);
    expect(consumer.paused).toEqual(new Set(['t-0']));
    context.resume(P0);
    expect(consumer.paused.size).toBe(0);
    expect(() => {
      context.pause(P1);
    }).toThrow('not assigned');
  });

  it('commits soon when it asks for it', async () => {
    const { task, consumer } = await running({ flushIntervalMs: 1_000_000 });
    consumer.deliver(0, 5, ['a']);
    await waitFor('the first record', () => task.values.length === 1);
    task.sinkContext.requestCommit();
    consumer.wakeup();
    await waitFor('the commit', () => consumer.commits.length === 1);
  });

  it('skips a record that cannot be converted where errors are tolerated, and commits past it', async () => {
    const { task, consumer } = await running({ errors: { tolerance: 'all' } });
    consumer.deliver(0, 5, ['a', 'poison']);
    await waitFor('the commit', () => consumer.commits.length > 0);
    expect(task.values).toEqual(['a']);
    expect(consumer.commits[0]).toEqual([at(0, 7)]);
  });

  it('fails at a record that cannot be converted where errors are not tolerated', async () => {
    const { consumer, reports } = await running();
    consumer.deliver(0, 5, ['a', 'poison']);
    await waitFor('the failure', () => reports.kinds.includes('failed'));
    expect(reports.trace).toContain('poisoned');
  });

  it('keeps what it skips as a dead letter, and commits past it only when that is written', async () => {
    const { task, consumer, letters } = await running({ errors: { tolerance: 'all' }, deadLetters: true });
    consumer.deliver(0, 5, ['a', 'poison']);
    await waitFor('the letter', () => letters.sent.length === 1);
    await waitFor('the record before it', () => task.values.length === 1);
    task.sinkContext.requestCommit();
    expect(consumer.commits).toEqual([]);
    letters.acknowledge();
    await waitFor('the commit', () => consumer.commits.length > 0);
    expect(consumer.commits[0]).toEqual([at(0, 7)]);
    const [letter] = letters.sent[0]?.records ?? [];
    expect(letter).toMatchObject({ topic: 'dlq', partition: null, timestamp: 1, key: null });
    expect(letters.values).toEqual(['poison']);
    const text = (name: string) => {
      const value = letter?.headers.find(({ key }) => key === `__connect.errors.${name}`)?.value;
      return Buffer.from(value ?? []).toString();
    };
    expect([text('topic'), text('offset'), text('stage'), text('exception.message')]).toEqual([
      't',
      '6',
      'VALUE_CONVERTER',
      'poisoned',
    ]);
  });

  it('keeps the record that it fails at', async () => {
    const { consumer, reports, letters } = await running({ deadLetters: true });
    consumer.deliver(0, 5, ['poison']);
    await waitFor('the letter', () => letters.sent.length === 1);
    expect(reports.kinds).not.toContain('failed');
    letters.acknowledge();
    await waitFor('the failure', () => reports.kinds.includes('failed'));
    expect(reports.trace).toContain('poisoned');
  });

  it('fails when a dead letter cannot be written, since the record would be lost', async () => {
    const bed = await running({ errors: { tolerance: 'all' }, deadLetters: true });
    bed.consumer.deliver(0, 5, ['poison']);
    await waitFor('the letter', () => bed.letters.sent.length === 1);
    bed.letters.acknowledge([{ index: 0, error: new KafkaError('not authorised', { retriable: false }) }]);
    await waitFor('the failure', () => bed.reports.kinds.includes('failed'));
    expect(bed.reports.trace).toContain('A dead letter could not be written to topic dlq: not authorised');
    await bed.runner.stop();
    expect(bed.consumer.commits).toEqual([]);
  });

  it('leaves a letter that names a record which is too large for the queue', async () => {
    const { consumer, letters } = await running({ errors: { tolerance: 'all' }, deadLetters: true });
    consumer.deliver(0, 5, ['poison']);
    await waitFor('the letter', () => letters.sent.length === 1);
    letters.acknowledge([{ index: 0, error: new RecordTooLargeError('too large', 9) }]);
    await waitFor('the second letter', () => letters.sent.length === 2);
    letters.acknowledge();
    await waitFor('the commit', () => consumer.commits.length > 0);
    const [letter] = letters.sent[1]?.records ?? [];
    expect(letter?.value).toBeNull();
    expect(letter?.headers.map(({ key }) => key)).toContain('__connect.errors.offset');
  });

  it('may report a record that it was given, which is kept as it was read', async () => {
    const shout: TransformationStage = {
      alias: 'shout',
      className: 'Shout',
      transformation: {
        config: () => new ConfigDef(),
        configure: () => undefined,
        apply: (record) => record.newRecord({ value: `${record.value as string}!` }),
      },
      predicate: null,
      negate: false,
    };
    const bed = await running({ errors: { tolerance: 'all' }, deadLetters: true, stages: [shout] });
    bed.task.onRecord = (record, context) => context.errantRecordReporter?.report(record, new Error('odd'));
    bed.consumer.deliver(0, 5, ['a']);
    await waitFor('the letter', () => bed.letters.sent.length === 1);
    bed.letters.acknowledge();
    await waitFor('the commit', () => bed.consumer.commits.length > 0);
    expect(bed.letters.values).toEqual(['a']);
    const stage = bed.letters.sent[0]?.records[0]?.headers.find(({ key }) => key.endsWith('.stage'));
    expect(Buffer.from(stage?.value ?? []).toString()).toBe('TASK_PUT');
  });

  it('that reports a record fails where errors are not tolerated, even if it does not look', async () => {
    const bed = await running({ deadLetters: true });
    bed.task.onRecord = (record, context) => {
      void context.errantRecordReporter?.report(record, new Error('odd'));
    };
    bed.consumer.deliver(0, 5, ['a']);
    await waitFor('the failure', () => bed.reports.kinds.includes('failed'));
    expect(bed.reports.trace).toContain('Tolerance exceeded in the errant record reporter');
    expect(bed.letters.values).toEqual(['a']);
  });

  it('has nobody to report records to without a queue and without a log', async () => {
    const plain = await running();
    expect(plain.task.sinkContext.errantRecordReporter).toBeUndefined();
    const logged = await running({ errors: { log: true } });
    expect(logged.task.sinkContext.errantRecordReporter).toBeDefined();
  });

  it('neither puts nor commits once the lease is over', async () => {
    const { task, consumer, runner, reports, lease } = await running({ flushIntervalMs: 1_000_000 });
    consumer.deliver(0, 5, ['a']);
    await waitFor('the first record', () => task.values.length === 1);
    lease.renew(Number.NEGATIVE_INFINITY);
    consumer.deliver(0, 6, ['b']);
    await waitFor('its end', () => reports.kinds.includes('lease-expired'));
    await runner.stop();
    expect(task.values).toEqual(['a']);
    expect(consumer.commits).toEqual([]);
    expect(task.calls.slice(-2)).toEqual(['close 0', 'stop']);
  });
});

describe('A sink task that does not move', () => {
  let now: number;
  const clock = (): number => now;

  beforeEach(() => {
    now = 0;
  });

  it('is one whose put does not return', async () => {
    const put = Promise.withResolvers<undefined>();
    const { task, consumer, runner } = await running({ now: clock });
    task.putGate = put.promise;
    consumer.deliver(0, 5, ['a']);
    await waitFor('the put', () => task.values.length === 1);
    expect(runner.stalled()).toBeNull();
    now = 300_000;
    expect(runner.stalled()).toBe('put');
    put.resolve(undefined);
    await waitFor('the put to return', () => runner.stalled() === null);
    expect(runner.metrics()).toMatchObject({
      'sink-record-read-total': 1,
      'sink-record-send-total': 1,
      'put-batch-max-time-ms': 300_000,
      'batch-size-max': 1,
      'partition-count': 1,
    });
  });

  it('is one that has records to read, of which none is put', async () => {
    const { consumer, runner, task } = await running({ now: clock });
    consumer.ends.set(0, 8);
    await waitFor('the lag', () => runner.metrics()['sink-record-lag-max'] === 3);
    expect(runner.stalled()).toBeNull();
    now = 300_000;
    expect(runner.stalled()).toBe('lag');
    consumer.deliver(0, 5, ['a']);
    await waitFor('a record to be put', () => task.values.length === 1 && runner.stalled() === null);
    expect(runner.metrics()['sink-record-lag-max']).toBe(2);
  });

  it('is not one whose partitions it has paused itself, nor one that is paused', async () => {
    const { consumer, runner, task, reports } = await running({ now: clock });
    consumer.ends.set(0, 8);
    task.sinkContext.pause({ topic: 't', partition: 0 });
    await waitFor('the lag', () => runner.metrics()['sink-record-lag-max'] === 3);
    runner.stalled();
    now = 300_000;
    expect(runner.stalled()).toBeNull();
    task.sinkContext.resume({ topic: 't', partition: 0 });
    expect(runner.stalled()).toBeNull();
    runner.setTargetState('PAUSED');
    await waitFor('the pause', () => reports.kinds.includes('paused'));
    now = 600_000;
    expect(runner.stalled()).toBeNull();
  });
});
