import { uniqueName, waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import type { KafkaClient } from '../../src/client/kafka-client.ts';
import { KafkaError, ProducerFencedError } from '../../src/errors.ts';
import { createTransactionalLogWriter } from '../../src/transactions/create-transactional-log-writer.ts';
import type { LogRecord, TransactionalLogWriter } from '../../src/transactions/transactional-log-writer.ts';
import { readAll, testClient, testTopic } from '../cluster.ts';

function writerOf(client: KafkaClient, topic: string, transactionalId: string): TransactionalLogWriter {
  return createTransactionalLogWriter(client, {
    transactionalId,
    topic,
    partition: 0,
    transactionTimeoutMs: 60_000,
    retryBackoffMs: 10,
    retryLimitMs: 10_000,
  });
}

const text = (value: string): LogRecord => ({
  key: Buffer.from('k'),
  value: Buffer.from(value),
  headers: [{ key: 'op', value: Buffer.from('1') }],
});

/** Waits until just these values can be read: the broker answers before the markers of a transaction are written. */
async function waitUntilCommitted(
  client: KafkaClient,
  topic: string,
  values: readonly string[],
): Promise<void> {
  let seen: readonly (string | null)[] = [];
  await waitFor(
    'the committed values',
    async () => {
      const records = await readAll(client, topic, { 'isolation.level': 'read_committed' });
      seen = records.map(({ value }) => value);
      return seen.join() === values.join();
    },
    { seen: () => seen },
  );
}

describe('a transactional writer', () => {
  it('tells where its records are, and what is committed can be read', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const writer = writerOf(client, topic, uniqueName('id'));
    expect(writer.initialised).toBe(false);
    await writer.initialise();
    expect(await writer.append([text('a'), text('b')])).toEqual({ baseOffset: 0 });
    expect(await writer.append([text('c')])).toEqual({ baseOffset: 2 });
    await writer.commit();
    // The marker of the commit has offset 3.
    expect(await writer.append([text('d')])).toEqual({ baseOffset: 4 });
    await writer.abort();
    expect(await writer.append([text('e')])).toEqual({ baseOffset: 6 });
    await writer.commit();
    expect(writer.initialised).toBe(true);
    await waitUntilCommitted(client, topic, ['a', 'b', 'c', 'e']);
    const [first] = await readAll(client, topic);
    expect(first).toMatchObject({ key: 'k', headers: [{ key: 'op', value: '1' }] });
  });

  it('is fenced by the next one with its id, which ends its open transaction', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const transactionalId = uniqueName('id');
    const former = writerOf(client, topic, transactionalId);
    await former.initialise();
    await former.append([text('open')]);
    const next = writerOf(client, topic, transactionalId);
    await next.initialise();
    await expect(former.append([text('late')])).rejects.toBeInstanceOf(ProducerFencedError);
    expect(former.initialised).toBe(false);
    await next.append([text('next')]);
    await next.commit();
    await waitUntilCommitted(client, topic, ['next']);
    // To initialise again takes the lease back.
    await former.initialise();
    await expect(next.append([text('too late')])).rejects.toBeInstanceOf(ProducerFencedError);
    await expect(next.commit()).rejects.toBeInstanceOf(KafkaError);
  });

  it('cannot commit once it is fenced', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const transactionalId = uniqueName('id');
    const former = writerOf(client, topic, transactionalId);
    await former.initialise();
    await former.append([text('open')]);
    await writerOf(client, topic, transactionalId).initialise();
    await expect(former.commit()).rejects.toBeInstanceOf(ProducerFencedError);
    await waitUntilCommitted(client, topic, []);
  });

  it('needs to be initialised', async () => {
    const client = testClient();
    const writer = writerOf(client, await testTopic(client), uniqueName('id'));
    await expect(writer.append([text('a')])).rejects.toThrow(/not initialised/);
  });

  it('may append nothing but an end that says so', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const writer = writerOf(client, topic, uniqueName('id'));
    await writer.initialise();
    await writer.commit();
    await writer.abort();
    expect(writer.initialised).toBe(true);
  });
});
