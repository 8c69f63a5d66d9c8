import type { SourceConnector } from '@millrace/connect-api';
import { clientProps } from '@millrace/config';
import { createAdmin, createProducer } from '@millrace/kafka';
import { SourceMeasures } from '../metrics/source-measures.ts';
import { SourceOffsetCommitter } from '../task/source-offset-committer.ts';
import { SourcePipeline } from '../task/source-pipeline.ts';
import { SourceSender } from '../task/source-sender.ts';
import { SourceTaskRunner } from '../task/source-task-runner.ts';
import type { UnitRunner } from '../task/task-runner.ts';
import { TopicSightings } from '../task/topic-sightings.ts';
import { TopicCreator } from '../topics/topic-creator.ts';
import { connectorOffsets } from './connector-offsets.ts';
import { measuring } from './measuring.ts';
import { unitName } from './messages.ts';
import { offsetReader } from './offset-reader.ts';
import { describeTask } from './task-description.ts';
import { drainTimeoutMs, LAST_LETTERS_MS, type SharedParts, type TaskParts } from './task-parts.ts';

/** A source task with its producer, its offsets and, where it creates topics, their creator. Throws when its offsets cannot be read. */
export async function sourceTask(parts: TaskParts, shared: SharedParts): Promise<UnitRunner> {
  const { config, clients, registry } = shared;
  const { start, report, settings, connectorProps, taskProps, plugins, policy, gate, log } = parts;
  const task = (parts.loaded.create() as SourceConnector).createTask();
  const measures = new SourceMeasures(measuring(config, connectorProps));
  const topics = topicCreator(parts, shared);
  const offsets = connectorOffsets(
    { config, clients, worker: shared.offsets, gate: gate.check, logger: log },
    settings.offsetsTopic,
    connectorProps,
  );
  const store = await offsets.get();
  const producerProps = clientProps(config, 'producer', connectorProps);
  const producer = createProducer(
    clients.shared(producerProps),
    { 'client.id': `connector-producer-${unitName(start)}`, ...producerProps },
    { gate: gate.check, logger: log },
  );
  const committer = new SourceOffsetCommitter({
    connector: start.connector,
    task,
    offsets: store,
    gate,
    flushTimeoutMs: config.offsetFlushTimeoutMs,
    measures: measures.task.commits,
    logger: log,
  });
  const sender = new SourceSender({
    task,
    pipeline: new SourcePipeline(plugins.chain, plugins.converters, policy),
    producer,
    tracker: committer.tracker,
    sightings: new TopicSightings(report),
    topics,
    policy,
    logger: log,
  });
  return new SourceTaskRunner({
    task,
    props: taskProps,
    context: {
      logger: parts.logger,
      offsetStorageReader: offsetReader(start.connector, () => offsets.get()),
      transactionContext: undefined,
      configs: () => taskProps,
    },
    paused: start.targetState !== 'STARTED',
    sender,
    committer,
    policy,
    measures,
    description: describeTask({ ...parts, task, registry }),
    producer,
    gate,
    offsetFlushIntervalMs: config.offsetFlushIntervalMs,
    drainTimeoutMs: drainTimeoutMs(config),
    report,
    logger: log,
    dispose: async () => {
      topics?.close();
      plugins.close();
      await policy.close(LAST_LETTERS_MS);
      await offsets.close();
    },
  });
}

/** null: missing topics are the broker's business. */
function topicCreator(
  { settings, connectorProps, gate, log }: TaskParts,
  { config, clients }: SharedParts,
): TopicCreator | null {
  const creation = config.topicCreationEnable ? settings.topicCreation() : null;
  return creation === null
    ? null
    : new TopicCreator({
        creation,
        admin: createAdmin(clients.shared(clientProps(config, 'admin', connectorProps))),
        check: gate.check,
        logger: log,
      });
}
