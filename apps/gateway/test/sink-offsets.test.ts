import { beforeEach, describe, expect, test } from 'vitest';
import { OperationFailedError } from '@millrace/rest';
import { ALTERED, OffsetBed, offsets, RESET } from './offset-bed.ts';

const bed = new OffsetBed();

describe('of sinks', () => {
  beforeEach(() => {
    bed.gateway.admin.commit(
      'connect-snk',
      { topic: 't', partition: 0, offset: 4 },
      { topic: 't', partition: 1, offset: 5 },
    );
  });

  const sink = (partition: unknown, offset: unknown, topic: unknown = 't') =>
    offsets([{ kafka_topic: topic, kafka_partition: partition }, { kafka_offset: offset }]);

  test('are those of its consumer group', async () => {
    await bed.gateway.rest.get('/connectors/snk/offsets').expect(200, {
      offsets: [
        { partition: { kafka_partition: 0, kafka_topic: 't' }, offset: { kafka_offset: 4 } },
        { partition: { kafka_partition: 1, kafka_topic: 't' }, offset: { kafka_offset: 5 } },
      ],
    });
  });

  test('are altered there; numbers may be text, other keys of a partition mean nothing', async () => {
    await bed.stop('snk');
    await bed.gateway.rest.patch('/connectors/snk/offsets').send(sink('0', '2')).expect(200, ALTERED);
    await bed.gateway.rest
      .patch('/connectors/snk/offsets')
      .send(offsets([{ kafka_topic: 't', kafka_partition: 1, z: 1 }, null]))
      .expect(200, ALTERED);
    expect(await bed.gateway.admin.groupOffsets('connect-snk')).toEqual([
      { topic: 't', partition: 0, offset: 2 },
    ]);
    await bed.gateway.rest.delete('/connectors/snk/offsets').expect(200, RESET);
    expect(await bed.gateway.admin.groupOffsets('connect-snk')).toEqual([]);
    expect(bed.asked.at(-1)).toEqual({ type: 'sink', offsets: [{ topic: 't', partition: 0, offset: null }] });
  });

  test.each([
    [
      offsets([{ kafka_partition: 0 }, { kafka_offset: 1 }]),
      "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'",
    ],
    [
      offsets([null, { kafka_offset: 1 }]),
      'The partition for a sink connector offset cannot be null or missing',
    ],
    [
      sink('x', 1),
      "Failed to parse the following Kafka partition value in the provided offsets: 'x'. Partition values for sink connectors need to be integers.",
    ],
    [
      sink(3e9, 1),
      "Failed to parse the following Kafka partition value in the provided offsets: '3000000000'. Partition values for sink connectors need to be integers.",
    ],
    [
      sink(0, 'x'),
      "Failed to parse the following Kafka offset value in the provided offsets: 'x'. Offset values for sink connectors need to be integers.",
    ],
    [sink(0, -1), 'The offset -1 for a sink connector is negative'],
    [sink(0, 1, null), 'Kafka topic names must be valid strings and may not be null'],
    [
      offsets([{ kafka_topic: 't', kafka_partition: 0 }, { o: 1 }]),
      "The offset for a sink connector should either be null or contain the key 'kafka_offset'",
    ],
  ])('%j is refused', async (body, message) => {
    await bed.stop('snk');
    await bed.gateway.rest
      .patch('/connectors/snk/offsets')
      .send(body)
      .expect(400, { error_code: 400, message });
  });

  test('consumer.override.group.id names another group', async () => {
    bed.gateway.admin.commit('mine', { topic: 't', partition: 0, offset: 9 });
    await bed.gateway.rest
      .patch('/connectors/snk/config')
      .send({ 'consumer.override.group.id': 'mine' })
      .expect(200);
    const answer = await bed.gateway.rest.get('/connectors/snk/offsets').expect(200);
    expect(answer.body).toMatchObject({ offsets: [{ offset: { kafka_offset: 9 } }] });
  });

  test('the lag is counted from what was committed, or from where the topic begins', async () => {
    bed.gateway.admin.topics.set('t', [
      [2, 10],
      [0, 5],
      [1, 7],
    ]);
    await bed.gateway.rest.get('/connectors/snk/lag').expect(200, {
      name: 'snk',
      group_id: 'connect-snk',
      total_lag: 12,
      partitions: [
        { topic: 't', partition: 0, committed_offset: 4, end_offset: 10, lag: 6 },
        { topic: 't', partition: 1, committed_offset: 5, end_offset: 5, lag: 0 },
        { topic: 't', partition: 2, committed_offset: null, end_offset: 7, lag: 6 },
      ],
    });
    // What else the group has committed once is no lag, and a pattern is one of Java's that the whole name must match.
    bed.gateway.admin.commit('connect-snk', { topic: 'old', partition: 0, offset: 0 });
    bed.gateway.admin.topics.set('old', [[0, 100]]);
    bed.gateway.admin.topics.set('tt', [[0, 100]]);
    await bed.gateway.rest
      .patch('/connectors/snk/config')
      .send({ topics: null, 'topics.regex': '[t&&[^x]]' })
      .expect(200);
    expect((await bed.gateway.rest.get('/connectors/snk/lag')).body).toMatchObject({ total_lag: 12 });

    await bed.gateway.rest.get('/connectors/src/lag').expect(400);
    await bed.gateway.rest.get('/connectors/nope/lag').expect(404);
  });

  test.each([
    ['earliest', [2, 0]],
    ['latest', [10, 5]],
    ['7', [7, 5]],
    ['1970-01-01T00:00:00.003Z', [3, 3]],
  ])('a reset to %s stops the connector and resumes it when asked to', async (to, expected) => {
    await bed.gateway.rest.post(`/connectors/snk/offsets/reset?to=${to}`).expect(400);
    await bed.gateway.rest.post(`/connectors/snk/offsets/reset?to=${to}&restart=true`).expect(200, ALTERED);
    expect((await bed.gateway.admin.groupOffsets('connect-snk')).map(({ offset }) => offset)).toEqual(
      expected,
    );
    await bed.worker.settled();
    const status = await bed.gateway.rest.get('/connectors/snk/status').expect(200);
    expect(status.body).toMatchObject({ connector: { state: 'RUNNING' }, tasks: [{ state: 'RUNNING' }] });
  });

  test('a reset leaves a connector as it was: paused, stopped, or running although it failed', async () => {
    await bed.gateway.rest.put('/connectors/snk/pause').expect(202);
    await bed.worker.settled();
    await bed.gateway.rest.post('/connectors/snk/offsets/reset?to=latest&restart=true').expect(200);
    expect(bed.gateway.stores.config.snapshot().targetState('snk')).toBe('PAUSED');

    await bed.gateway.rest.put('/connectors/snk/resume').expect(202);
    await bed.worker.settled();
    bed.hook = () => {
      throw new OperationFailedError('no');
    };
    await bed.gateway.rest.post('/connectors/snk/offsets/reset?to=latest&restart=true').expect(500);
    expect(bed.gateway.stores.config.snapshot().targetState('snk')).toBe('STARTED');

    bed.hook = () => true;
    await bed.stop('snk');
    await bed.gateway.rest.post('/connectors/snk/offsets/reset?to=latest&restart=true').expect(200);
    expect(bed.gateway.stores.config.snapshot().targetState('snk')).toBe('STOPPED');
  });

  test('a reset says what is wrong', async () => {
    await bed.gateway.rest.post('/connectors/nope/offsets/reset?to=latest').expect(404);
    await bed.gateway.rest.post('/connectors/src/offsets/reset?to=latest').expect(400);
    const answer = await bed.gateway.rest.post('/connectors/snk/offsets/reset?to=tomorrow').expect(400);
    expect((answer.body as { message: string }).message).toContain(
      "'to' must be earliest, latest, or a time",
    );
    await bed.gateway.rest.post('/connectors/snk/offsets/reset').expect(400);
  });
});
