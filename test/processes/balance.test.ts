import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Cluster, startKafka, uniqueName, waitFor, type AppProcess, type Kafka } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { directorySource } from '../connectors.ts';
import { numberedLines } from '../lines.ts';

const FETCH_JARS = fileURLToPath(new URL('../../infra/kafka/fetch-jars.sh', import.meta.url));

let kafka: Kafka;
let cluster: Cluster;

beforeAll(async () => {
  kafka = await startKafka();
  cluster = new Cluster({ bootstrapServers: kafka.bootstrapServers });
}, 60_000);

afterAll(async () => {
  await cluster.stop();
  await kafka.stop();
});

/** What Kafka's own tool says about the groups of the cluster. */
function groupsAsKafkaListsThem(): string {
  const jars = execFileSync('bash', [FETCH_JARS], { encoding: 'utf8' }).trim();
  const tool = [
    'org.apache.kafka.tools.GroupsCommand',
    '--bootstrap-server',
    kafka.bootstrapServers,
    '--list',
  ];
  return execFileSync('java', ['-cp', `${jars}/*`, ...tool], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

it('spreads six tasks over three workers, follows the folder, and takes a fourth worker in', async () => {
  await cluster.startMany('worker', 3);
  const [gateway] = (await cluster.startMany('gateway', 1)) as unknown as [AppProcess];
  const name = uniqueName('folder');
  const folder = join(cluster.dir, name);
  mkdirSync(folder);
  const addFile = (index: number): void =>
    writeFileSync(join(folder, `${String(index)}.txt`), numberedLines(10));
  [1, 2, 3, 4, 5].forEach(addFile);

  await gateway.rest.create(name, directorySource(folder, name, 6));
  await gateway.rest.running(name, 5);
  addFile(6);
  const perWorker = async (tasks: number): Promise<readonly number[]> => {
    const status = await gateway.rest.running(name, tasks);
    const counts = new Map<string, number>();
    for (const { worker_id: worker } of status.tasks) {
      counts.set(worker, (counts.get(worker) ?? 0) + 1);
    }
    return [...counts.values()].sort();
  };
  expect(await perWorker(6)).toEqual([2, 2, 2]);

  expect(groupsAsKafkaListsThem()).toMatch(new RegExp(`^${cluster.groupId} +Classic +connect`, 'm'));

  await cluster.startMany('worker', 1);
  let seen: readonly number[] = [];
  await waitFor(
    'the fourth worker to take its share',
    async () => {
      seen = await perWorker(6);
      return seen.join() === '1,1,2,2';
    },
    { seen: () => seen },
  );
}, 120_000);
