import type { SinkConnector } from '@millrace/connect-api';
import { clientProps } from '@millrace/config';
import { createGroupConsumer } from '@millrace/kafka';
import { ErrantRecords } from '../errors/errant-records.ts';
import { SinkLag } from '../metrics/sink-lag.ts';
import { SinkMeasures } from '../metrics/sink-measures.ts';
import { SinkCommitter } from '../task/sink-committer.ts';
import { SinkContext } from '../task/sink-context.ts';
import { SinkOffsets } from '../task/sink-offsets.ts';
import { SinkPipeline } from '../task/sink-pipeline.ts';
import { SinkTaskRunner } from '../task/sink-task-runner.ts';
import type { UnitRunner } from '../task/task-runner.ts';
import { TopicSightings } from '../task/topic-sightings.ts';
import { lagMaxAgeMs, measuring } from './measuring.ts';
import { unitName } from './messages.ts';
import { describeTask } from './task-description.ts';
import { drainTimeoutMs, LAST_LETTERS_MS, type SharedParts, type TaskParts } from './task-parts.ts';

/** A sink task with its consumer. Throws ConfigError when it is not said what it reads. */
export function sinkTask(parts: TaskParts, { config, clients, registry }: SharedParts): UnitRunner {
  const { start, report, settings, taskProps, plugins, policy, gate, log } = parts;
  const task = (parts.loaded.create() as SinkConnector).createTask();
  const measured = measuring(config, parts.connectorProps);
  const measures = new SinkMeasures(measured);
  const name = unitName(start);
  const consumerProps = clientProps(config, 'consumer', parts.connectorProps);
  const clientId = consumerProps['client.id'] ?? `connector-consumer-${name}`;
  const client = clients.own(consumerProps, clientId);
  const consumer = createGroupConsumer(client, consumerProps, {
    groupId: settings.consumerGroupId ?? `connect-${start.connector}`,
    // Whoever takes the task over takes its seat at once (design section 7). The worker group is in it, or sinks of one name in
    // two clusters of workers, which may share a consumer group, would throw each other out for ever.
    groupInstanceId: `${config.groupId}-${name}`,
    clientId,
    gate: gate.check,
    logger: log,
  });
  const offsets = new SinkOffsets();
  const errant = policy.reports ? new ErrantRecords(policy, plugins.converters) : null;
  return new SinkTaskRunner({
    task,
    props: taskProps,
    topics: settings.subscription(),
    context: new SinkContext(parts.logger, taskProps, offsets, errant ?? undefined),
    offsets,
    paused: start.targetState !== 'STARTED',
    pipeline: new SinkPipeline(plugins.chain, plugins.converters, policy, errant),
    policy,
    errant,
    consumer,
    committer: new SinkCommitter({
      task,
      offsets,
      consumer,
      gate,
      policy,
      flushTimeoutMs: config.offsetFlushTimeoutMs,
      closeTimeoutMs: drainTimeoutMs(config),
      measures,
      logger: log,
    }),
    measures,
    lag: new SinkLag({
      consumer,
      offsets,
      maxAgeMs: lagMaxAgeMs(measured.progressTimeoutMs),
      now: measured.now,
      logger: log,
    }),
    description: describeTask({ ...parts, task, registry }),
    sightings: new TopicSightings(report),
    gate,
    offsetFlushIntervalMs: config.offsetFlushIntervalMs,
    report,
    logger: log,
    dispose: async () => {
      plugins.close();
      await policy.close(LAST_LETTERS_MS);
      await client.close();
    },
  });
}
