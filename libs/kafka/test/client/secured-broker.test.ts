import { pbkdf2Sync } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { startBroker, TcpProxy, tempDir, TestProcess, waitFor, type KafkaBroker } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKafkaClient } from '../../src/client/create-kafka-client.ts';
import { KafkaError } from '../../src/errors.ts';
import { logger, readAll, record, testClient, testTopic, write } from '../cluster.ts';

const folder = tempDir();
const keystore = join(folder, 'broker.p12');
const PASSWORD = 'changeit';

let broker: KafkaBroker;
let proxy: TcpProxy;
let certificate: string;

/** Settings of the broker's secured listener, which is the one behind the proxy. */
const listener = (settings: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [`listener.name.proxy.${key}`, value]));

beforeAll(async () => {
  const made = new TestProcess({
    command: 'keytool',
    args: [
      ...[
        '-genkeypair',
        '-alias',
        'broker',
        '-keyalg',
        'RSA',
        '-dname',
        'CN=127.0.0.1',
        '-ext',
        'san=ip:127.0.0.1',
      ],
      ...['-storetype', 'PKCS12', '-keystore', keystore, '-storepass', PASSWORD],
    ],
  });
  expect(await made.exited(), made.output).toBe(0);
  proxy = await TcpProxy.start();
  broker = await startBroker({
    proxyPort: proxy.port,
    settings: {
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXY:SASL_SSL',
      ...listener({
        'ssl.keystore.location': keystore,
        'ssl.keystore.password': PASSWORD,
        'ssl.keystore.type': 'PKCS12',
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256',
        'plain.sasl.jaas.config':
          'org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="a\\\\"secret";',
        'scram-sha-256.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
        // Sessions that kafkajs counts as over after half a second: it begins anew 10 s before their end.
        'connections.max.reauth.ms': '10500',
      }),
    },
  });
  proxy.retarget(broker.proxyTarget ?? 0);
  certificate = await certificateOf(broker.proxyTarget ?? 0);
  await addScramUser('bob', 'bobs');
}, 120_000);

/** The certificate that a TLS port shows, as PEM. */
async function certificateOf(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return `-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`;
}

/** AlterUserScramCredentials v0, whose types are compact: lengths are one more than they say, in a byte. */
async function addScramUser(name: string, password: string): Promise<void> {
  const client = createKafkaClient({ 'bootstrap.servers': broker.bootstrapServers }, { logger });
  const salt = Buffer.from('some salt');
  const iterations = 4096;
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const compact = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([bytes.length + 1]), bytes]);
  await client.send(await client.anyBroker(), {
    apiKey: 51,
    apiVersion: 0,
    apiName: 'AlterUserScramCredentials',
    encode: () =>
      Buffer.concat([
        // No tagged fields in the header, no deletions, one upsertion of SCRAM-SHA-256.
        Buffer.from([0, 1, 2]),
        compact(Buffer.from(name)),
        Buffer.from([1, 0, 0, iterations >> 8, iterations & 0xff]),
        compact(salt),
        compact(salted),
        Buffer.from([0, 0]),
      ]),
    decode: () => undefined,
  });
  await client.close();
}

afterAll(async () => {
  await broker.stop();
  await proxy.close();
});

const secured = (more: Readonly<Record<string, string>>): Record<string, string> => ({
  'bootstrap.servers': `127.0.0.1:${proxy.port}`,
  'security.protocol': 'SASL_SSL',
  'ssl.truststore.type': 'PEM',
  'ssl.truststore.certificates': certificate,
  ...more,
});

const PLAIN = {
  'sasl.mechanism': 'PLAIN',
  'sasl.jaas.config':
    'org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="a\\"secret";',
};

describe('a broker with TLS and SASL', () => {
  it.each([
    ['PLAIN', PLAIN],
    [
      'SCRAM-SHA-256',
      {
        'sasl.mechanism': 'SCRAM-SHA-256',
        'sasl.jaas.config':
          'org.apache.kafka.common.security.scram.ScramLoginModule required username=bob password=bobs;',
      },
    ],
  ])('lets in who proves to be somebody by %s', async (_mechanism, sasl) => {
    const client = testClient(secured({ ...sasl, 'ssl.enabled.protocols': 'TLSv1.3' }));
    const topic = await testTopic(client);
    await write(client, [record(topic, 'x'.repeat(500_000))]);
    expect((await readAll(client, topic))[0]?.value).toHaveLength(500_000);
  });

  it('refuses a wrong password for good', async () => {
    const jaas = PLAIN['sasl.jaas.config'].replace('secret', 'guess');
    const client = testClient(secured({ ...PLAIN, 'sasl.jaas.config': jaas }));
    const error: unknown = await client.connect().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KafkaError);
    expect(error).toMatchObject({ retriable: false });
    expect(String(error)).toMatch(/[Aa]uthentication/);
    expect(String(error)).not.toContain('guess');
  });

  it('is not trusted without its certificate', async () => {
    const client = testClient({ ...secured(PLAIN), 'ssl.truststore.certificates': '' });
    await expect(client.connect()).rejects.toThrow(/self[- ]signed certificate/);
  });

  it('goes on when the session of a connection is over', async () => {
    const client = testClient(secured(PLAIN));
    const topic = await testTopic(client);
    const begun = performance.now();
    let written = 0;
    await waitFor('two sessions', async () => {
      await write(client, [record(topic, String(written))]);
      written += 1;
      return performance.now() > begun + 1_500;
    });
    expect(await readAll(client, topic)).toHaveLength(written);
  });

  it('is no broker to a client that expects none of that', async () => {
    const client = testClient({
      'bootstrap.servers': `127.0.0.1:${proxy.port}`,
      'request.timeout.ms': '2000',
    });
    await expect(client.connect()).rejects.toThrow(/No Kafka broker answers/);
  });
});
