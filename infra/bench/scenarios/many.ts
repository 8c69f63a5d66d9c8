import { join } from 'node:path';
import { createAdmin } from '@millrace/kafka';
import { NodeCluster } from '../node-cluster.ts';
import type { Metric } from '../results.ts';
import { turns } from '../rounds.ts';
import type { Scenario } from '../scenario.ts';

const CONNECTORS = 50;
const TASKS = 10;
const UNITS = CONNECTORS * (TASKS + 1);

const CREATED: Metric = {
  name: 'all created and RUNNING on two nodes',
  unit: 's',
  better: 'less',
  digits: 1,
};
const JOINED: Metric = {
  name: 'a third node joins: all RUNNING, spread over three',
  unit: 's',
  better: 'less',
  digits: 1,
};

/** Many tasks: how long a cluster takes to start them, and to spread them over a node that joins. */
export const many: Scenario = {
  name: 'many',
  about: `${CONNECTORS} file sinks with ${TASKS} tasks each; a third node joins two`,
  metrics: [CREATED, JOINED],
  run: async (bench) => {
    const { results, say, folder, client } = bench;
    for (const { contender, name } of turns('many', bench)) {
      await createAdmin(client).createTopic({
        topic: name,
        partitions: TASKS,
        replicationFactor: 1,
        configs: {},
      });
      const cluster = new NodeCluster(bench, contender, name);
      const measure = async (metric: Metric, action: () => Promise<void>): Promise<void> => {
        const begin = performance.now();
        await action();
        const value = (performance.now() - begin) / 1_000;
        results.add(contender.name, metric, value);
        say(`${contender.name}: ${metric.name} ${value.toFixed(metric.digits)} ${metric.unit}`);
      };
      try {
        await cluster.add();
        await cluster.add();
        await measure(CREATED, async () => {
          for (let index = 0; index < CONNECTORS; index += 1) {
            await cluster.first.rest.create(`${name}-${index}`, {
              'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
              file: join(folder, `${name}-${index}.out`),
              topics: name,
              'tasks.max': String(TASKS),
            });
          }
          await cluster.running(UNITS);
        });
        await cluster.add();
        await measure(JOINED, () => cluster.running(UNITS));
      } finally {
        await cluster.stop();
      }
    }
  },
};
