import { describe, expect, test } from 'vitest';
import {
  clientConfigDef,
  clientProps,
  parseProperties,
  workerConfig,
  type WorkerConfig,
} from '../../src/index.ts';

const WORKER = `
bootstrap.servers=kafka:9092
group.id=g
config.storage.topic=c
offset.storage.topic=o
status.storage.topic=s
key.converter=k
value.converter=v
session.timeout.ms=7000
client.id=w
metric.reporters=com.acme.Reporter
security.protocol=SSL
ssl.truststore.location=certs/ca.pem
request.timeout.ms=1000
producer.linger.ms=10
producer.batch.size=1000
consumer.max.poll.records=7
consumer.ssl.keystore.location=/abs/key.pem
admin.request.timeout.ms=2000
`;

function config(): WorkerConfig {
  return workerConfig(parseProperties(WORKER, '/etc/millrace/w.properties'), 'worker', () => undefined);
}

describe('settings of Kafka clients', () => {
  test("a producer: the framework's, the worker's, the connector's, the later the stronger", () => {
    expect(
      clientProps(config(), 'producer', {
        'producer.override.batch.size': '2000',
        'producer.override.acks': '1',
        'producer.override.gone': null,
        'consumer.override.x': '1',
      }),
    ).toEqual({
      'bootstrap.servers': 'kafka:9092',
      acks: '1',
      'enable.idempotence': 'false',
      'max.block.ms': '9223372036854775807',
      'delivery.timeout.ms': '2147483647',
      'linger.ms': '10',
      'batch.size': '2000',
    });
  });

  test('a consumer: its own settings only', () => {
    expect(clientProps(config(), 'consumer', { 'consumer.override.group.id': 'mine' })).toEqual({
      'bootstrap.servers': 'kafka:9092',
      'enable.auto.commit': 'false',
      'auto.offset.reset': 'earliest',
      'max.poll.records': '7',
      'ssl.keystore.location': '/abs/key.pem',
      'group.id': 'mine',
    });
  });

  test("an admin client: the worker's own settings too", () => {
    expect(clientProps(config(), 'admin', { 'admin.override.retries': '3' })).toEqual({
      'bootstrap.servers': 'kafka:9092',
      'security.protocol': 'SSL',
      'ssl.truststore.location': '/etc/millrace/certs/ca.pem',
      'request.timeout.ms': '2000',
      retries: '3',
    });
  });

  test("internal clients: the worker's own settings, but not those that are about the worker", () => {
    expect(clientProps(config(), 'internal')).toEqual({
      'bootstrap.servers': 'kafka:9092',
      'security.protocol': 'SSL',
      'ssl.truststore.location': '/etc/millrace/certs/ca.pem',
      'request.timeout.ms': '1000',
    });
  });

  test("a connector's override of the servers wins", () => {
    expect(
      clientProps(config(), 'producer', { 'producer.override.bootstrap.servers': 'other:9092' })[
        'bootstrap.servers'
      ],
    ).toBe('other:9092');
  });
});

test('definitions name types and defaults of the Java clients', () => {
  expect(clientConfigDef('producer').key('linger.ms')).toMatchObject({ type: 'LONG', defaultValue: 5n });
  expect(clientConfigDef('consumer').key('max.poll.records')).toMatchObject({
    type: 'INT',
    defaultValue: 500,
  });
  expect(clientConfigDef('admin').key('sasl.jaas.config')).toMatchObject({
    type: 'PASSWORD',
    defaultValue: null,
  });
});
