import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Cluster, startKafka, uniqueName, waitFor, type AppProcess, type Kafka } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSink, fileSource } from '../connectors.ts';
import { allArrived, linesOf, numberedLines } from '../lines.ts';
import { RawTopics } from './raw-topics.ts';

const SETTINGS = {
  'auto.restart.enabled': 'true',
  'auto.restart.backoff.initial.ms': '100',
  'auto.restart.backoff.max.ms': '400',
  'auto.restart.max.attempts': '2',
};

describe('a node whose connectors are restarted after failures', () => {
  let kafka: Kafka;
  let raw: RawTopics;
  let cluster: Cluster;
  let node: AppProcess;

  beforeAll(async () => {
    kafka = await startKafka();
    raw = new RawTopics(kafka.bootstrapServers);
    cluster = new Cluster({ bootstrapServers: kafka.bootstrapServers, settings: SETTINGS });
    [node] = (await cluster.startMany('connect-distributed', 1)) as unknown as [AppProcess];
  }, 90_000);

  afterAll(async () => {
    await cluster.stop();
    await raw.close();
    await kafka.stop();
  });

  /** What the node's log says of a connector or its tasks, line by line. */
  function told(connector: string): readonly string[] {
    return node.process.output.split('\n').flatMap((line) => {
      if (!line.startsWith('{') || !line.endsWith('}')) {
        return [];
      }
      const entry = JSON.parse(line) as { readonly connector?: string; readonly msg?: string };
      return entry.connector === connector ? [entry.msg ?? ''] : [];
    });
  }

  const toldOf = (connector: string, start: string): readonly string[] =>
    told(connector).filter((line) => line.startsWith(start));

  async function taskState(connector: string): Promise<string | undefined> {
    return (await node.rest.status(connector)).tasks[0]?.state;
  }

  /** A sink whose file is in a folder that is not there. */
  function sinkWithoutFolder(topics: string): {
    readonly name: string;
    readonly file: string;
    readonly config: Readonly<Record<string, string>>;
  } {
    const name = uniqueName('sink');
    const file = join(cluster.dir, name, 'out.txt');
    return { name, file, config: fileSink(file, topics) };
  }

  it('brings a sink back when what it missed is there, and nothing is lost', async () => {
    const topic = uniqueName('lines');
    const input = join(cluster.dir, `${topic}.txt`);
    writeFileSync(input, numberedLines(100));
    await node.rest.create(`${topic}-source`, fileSource(input, topic));
    const { name, file, config } = sinkWithoutFolder(topic);
    await node.rest.create(name, { ...config, 'auto.restart.max.attempts': '-1' });
    await waitFor('a few failures', () => toldOf(name, 'FAILED; restarts in').length >= 3, {
      seen: () => told(name),
    });
    expect(existsSync(file)).toBe(false);
    mkdirSync(dirname(file));
    await node.rest.running(name);
    await allArrived(input, file);
    expect(linesOf(file)).toEqual(linesOf(input));
    expect(toldOf(name, 'Restarting by itself')).toHaveLength(toldOf(name, 'FAILED; restarts in').length);
  }, 90_000);

  it('leaves what fails again for certain alone, and the rest after so many attempts', async () => {
    const foreign = uniqueName('foreign');
    const value = JSON.stringify({ properties: { name: foreign, 'connector.class': 'com.example.Nope' } });
    await raw.write(cluster.internalTopics.config, [{ partition: 0, key: `connector-${foreign}`, value }]);
    await waitFor('its failure', () => toldOf(foreign, 'FAILED; a restart would not help').length > 0, {
      seen: () => told(foreign),
    });

    const { name, file, config } = sinkWithoutFolder(uniqueName('nothing'));
    await node.rest.create(name, config);
    await waitFor('the last failure', () => toldOf(name, 'FAILED; it was restarted 2 times in vain').length, {
      seen: () => told(name),
    });
    expect(toldOf(name, 'FAILED; restarts in')).toEqual([
      expect.stringMatching(/^FAILED; restarts in \d+ ms, attempt 1 of 2$/),
      expect.stringMatching(/^FAILED; restarts in \d+ ms, attempt 2 of 2$/),
    ]);
    await waitFor('its status', async () => (await taskState(name)) === 'FAILED');

    expect(told(foreign).filter((line) => line.startsWith('FAILED'))).toHaveLength(1);
    expect((await node.rest.status(foreign)).connector.state).toBe('FAILED');

    mkdirSync(dirname(file));
    const { status } = await node.rest.call('POST', `/connectors/${name}/tasks/0/restart`);
    expect(status).toBe(204);
    await node.rest.running(name);
  }, 90_000);

  it('refuses settings of restarts that make no sense, and lists those that are given', async () => {
    const { name, config } = sinkWithoutFolder(uniqueName('nothing'));
    const refused = await node.rest.call('PUT', `/connectors/${name}/config`, {
      ...config,
      'auto.restart.max.attempts': 'many',
    });
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain('auto.restart.max.attempts');
    const checked = await node.rest.call('PUT', '/connector-plugins/FileStreamSink/config/validate', {
      ...config,
      name,
      'auto.restart.max.attempts': '5',
    });
    const { configs } = checked.body as {
      configs: readonly { definition: { name: string; default_value: string } }[];
    };
    const listed = configs.filter(({ definition }) => definition.name.startsWith('auto.restart.'));
    expect(listed.map(({ definition }) => [definition.name, definition.default_value])).toEqual([
      ['auto.restart.max.attempts', '2'],
    ]);
  });
});
