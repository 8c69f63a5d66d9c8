import type {
  OffsetStorageReader,
  PluginLogger,
  SinkTaskContext,
  SourceOffset,
  SourcePartition,
  SourceRecord,
  SourceTask,
  SourceTaskContext,
} from '@millrace/connect-api';
import { waitFor } from '@millrace/testing';

export const silent: PluginLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Committed offsets by file name. */
export function offsetsReader(positions: Readonly<Record<string, bigint>> = {}): OffsetStorageReader {
  const of = ({ filename }: SourcePartition): SourceOffset | null => {
    const position = typeof filename === 'string' ? positions[filename] : undefined;
    return position === undefined ? null : { position };
  };
  return {
    offset: (partition) => Promise.resolve(of(partition)),
    offsets: (partitions) => Promise.resolve(partitions.map(of)),
  };
}

export function sourceContext(positions: Readonly<Record<string, bigint>> = {}): SourceTaskContext {
  return {
    logger: silent,
    offsetStorageReader: offsetsReader(positions),
    transactionContext: undefined,
    configs: () => ({}),
  };
}

export function sinkContext(): SinkTaskContext {
  return {
    logger: silent,
    errantRecordReporter: undefined,
    configs: () => ({}),
    offset: () => undefined,
    timeout: () => undefined,
    assignment: () => [],
    pause: () => undefined,
    resume: () => undefined,
    requestCommit: () => undefined,
  };
}

/** Polls until there are so many records. */
export async function polled(task: SourceTask, count: number): Promise<readonly SourceRecord[]> {
  const records: SourceRecord[] = [];
  await waitFor(
    `${count} records`,
    async () => {
      records.push(...((await task.poll()) ?? []));
      return records.length >= count;
    },
    { intervalMs: 1 },
  );
  return records;
}
