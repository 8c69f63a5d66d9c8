import { uniqueName, waitFor } from '@millrace/testing';
import { TopicCheckError } from '@millrace/topic-stores';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkerBed } from './worker-bed.ts';

const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}`);

describe('A worker', { timeout: 90_000 }, () => {
  let bed: WorkerBed;
  let topic: string;
  /** Names of a source and a sink: their groups outlive a test on a broker that does. */
  let input: string;
  let output: string;

  beforeEach(async () => {
    bed = await WorkerBed.start();
    topic = uniqueName('lines');
    input = uniqueName('in');
    output = uniqueName('out');
  });

  afterEach(async () => {
    await bed.close();
  });

  const source = (tasks = 1): Record<string, string> => ({
    'connector.class': 'test.PipeSource',
    'tasks.max': String(tasks),
    pipe: 'p',
    topic,
  });
  const sink = (): Record<string, string> => ({
    'connector.class': 'test.PipeSink',
    pipe: 'p',
    topics: topic,
  });
  const states = (connector: string): string[] => [
    bed.statuses.connector(connector)?.state ?? 'none',
    ...bed.statuses.tasks(connector).map(({ state }) => state),
  ];
  const arrived = (count: number): Promise<unknown> =>
    waitFor(`${count} lines`, () => bed.pipes.arrived('p').size === count, {
      timeoutMs: 60_000,
      seen: () => [bed.pipes.output('p').length, states(input), states(output)],
    });

  it('runs connectors and tasks, commits their offsets, and cleans up when it stops', async () => {
    const worker = await bed.startWorker('w1');
    bed.pipes.input('p').push(...lines(1_000));
    await bed.create(input, source());
    await bed.create(output, sink());
    await arrived(1_000);
    expect(bed.pipes.output('p')).toEqual(lines(1_000));
    await waitFor('statuses', () =>
      states(input)
        .concat(states(output))
        .every((state) => state === 'RUNNING'),
    );
    expect(bed.statuses.task(input, 0)).toMatchObject({ workerId: 'w1', version: '7.0', trace: null });
    expect(bed.statuses.topics(input)).toMatchObject([{ topic }]);
    expect(bed.statuses.own('worker', 'w1')).toMatchObject({ version: '0.0.1' });
    await waitFor('the committed offset', async () => {
      const [offset] = await bed.offsets.all(input);
      return offset?.offset?.['next'] === 1_000n;
    });
    expect(worker.health().status).toBe('healthy');
    await worker.stop();
    await bed.statuses.read();
    expect(states(input).concat(states(output))).toEqual(Array.from({ length: 4 }, () => 'UNASSIGNED'));
    expect(bed.statuses.own('worker', 'w1')).toBeUndefined();
    expect((await bed.admin.describeGroup(bed.groupId)).members).toEqual([]);
    const committed = await bed.admin.groupOffsets(`connect-${output}`);
    expect(committed).toEqual([{ topic, partition: 0, offset: 1_000 }]);
  });

  it('goes on where the one before stopped, with nothing twice', async () => {
    const first = await bed.startWorker('w1');
    bed.pipes.input('p').push(...lines(500));
    await bed.create(input, source());
    await bed.create(output, sink());
    await arrived(500);
    await first.stop();
    bed.pipes.input('p').push(...lines(1_000).slice(500));
    await bed.startWorker('w1');
    await arrived(1_000);
    expect(bed.pipes.output('p')).toEqual(lines(1_000));
  });

  it('shares the work with others, and takes it over when they leave', async () => {
    const workers = await Promise.all(['w1', 'w2'].map((id) => bed.startWorker(id)));
    await bed.create(input, source(4));
    await bed.create(output, sink());
    bed.pipes.input('p').push(...lines(2_000));
    await arrived(2_000);
    await waitFor('both to have tasks', () =>
      workers.every((worker) => (worker.herder()?.counts().tasks ?? 0) >= 2),
    );
    await workers[0]?.stop();
    bed.pipes.input('p').push(...lines(4_000).slice(2_000));
    await arrived(4_000);
    await waitFor('all tasks', () => workers[1]?.herder()?.counts().tasks === 5);
    expect(bed.statuses.tasks(input).map(({ workerId }) => workerId)).toEqual(['w2', 'w2', 'w2', 'w2']);
  });

  it('gives its work up while it is drained, and takes it back after', async () => {
    const workers = await Promise.all(['w1', 'w2'].map((id) => bed.startWorker(id)));
    await bed.create(input, source(4));
    const counts = (): number[] => workers.map((worker) => worker.herder()?.counts().tasks ?? 0);
    await waitFor('both to have tasks', () => counts().every((count) => count === 2));
    bed.statuses.putOwn('drain', 'w1', { drain: true });
    await waitFor('all to be on the other', () => counts().join() === '0,4', { seen: counts });
    bed.statuses.putOwn('drain', 'w1', null);
    await waitFor('both to have tasks', () => counts().every((count) => count === 2), { seen: counts });
  });

  it('shows a connector whose class nobody has as FAILED, and says which', async () => {
    await bed.startWorker('w1');
    await bed.create(input, { 'connector.class': 'com.acme.Nobody' });
    await waitFor('the failure', () => states(input)[0] === 'FAILED');
    expect(bed.statuses.connector(input)?.trace).toContain('com.acme.Nobody');
  });

  it('stops and says why when another process takes its id over', async () => {
    const older = await bed.startWorker('w1');
    await bed.create(input, source());
    await waitFor('the task', () => states(input)[1] === 'RUNNING');
    const newer = await bed.startWorker('w1');
    await expect(older.finished).rejects.toThrow('Another process has taken over the worker id w1');
    expect(older.herder()?.counts()).toEqual({ connectors: 0, tasks: 0 });
    await waitFor('the newer one', () => newer.herder()?.counts().tasks === 1);
    await bed.statuses.read();
    expect(bed.statuses.own('worker', 'w1')).toBeDefined();
  });

  it('does not start with an offset topic that would be emptied', async () => {
    const offsets = uniqueName('offsets');
    await bed.admin.createTopic({
      topic: offsets,
      partitions: 1,
      replicationFactor: 1,
      configs: { 'cleanup.policy': 'delete' },
    });
    await expect(bed.startWorker('w1', { 'offset.storage.topic': offsets })).rejects.toThrow(TopicCheckError);
  });

  it('waits for a broker that is not there, and can be stopped meanwhile', async () => {
    const worker = bed.newWorker('w1', { 'bootstrap.servers': '127.0.0.1:1' });
    const started = worker.start();
    expect(worker.health().status).toBe('starting');
    await worker.stop();
    await started;
    await worker.finished;
  });
});
