import {
  ConnectError,
  type ErrantRecordReporter,
  type PluginLogger,
  type Props,
  type SinkTaskContext,
  type TopicPartition,
  type TopicPartitionOffset,
} from '@millrace/connect-api';
import { partitionKey, type SinkOffsets } from './sink-offsets.ts';

/** What a sink task asked for through its context, until the runner has done it. */
export class SinkContext implements SinkTaskContext {
  readonly logger: PluginLogger;
  readonly errantRecordReporter: ErrantRecordReporter | undefined;
  readonly #props: Props;
  readonly #offsets: SinkOffsets;
  readonly #paused = new Map<string, TopicPartition>();
  #rewinds: TopicPartitionOffset[] = [];
  #timeoutMs = -1;
  #commitRequested = false;
  /** Set by the runner: applies a pause or resume to the consumer at once. */
  onPauseChange: ((paused: boolean, partitions: readonly TopicPartition[]) => void) | null = null;

  constructor(logger: PluginLogger, props: Props, offsets: SinkOffsets, reporter?: ErrantRecordReporter) {
    this.logger = logger;
    this.#props = props;
    this.#offsets = offsets;
    this.errantRecordReporter = reporter;
  }

  configs(): Props {
    return this.#props;
  }

  assignment(): readonly TopicPartition[] {
    return this.#offsets.assigned();
  }

  offset(offsets: readonly TopicPartitionOffset[]): void {
    this.#rewinds.push(...offsets);
  }

  timeout(milliseconds: number): void {
    this.#timeoutMs = milliseconds;
  }

  requestCommit(): void {
    this.#commitRequested = true;
  }

  pause(...partitions: TopicPartition[]): void {
    this.#assertAssigned('pause', partitions);
    for (const partition of partitions) {
      this.#paused.set(partitionKey(partition), partition);
    }
    this.onPauseChange?.(true, partitions);
  }

  resume(...partitions: TopicPartition[]): void {
    this.#assertAssigned('resume', partitions);
    for (const partition of partitions) {
      this.#paused.delete(partitionKey(partition));
    }
    this.onPauseChange?.(false, partitions);
  }

  /** Partitions the task itself has paused. */
  pausedPartitions(): readonly TopicPartition[] {
    return [...this.#paused.values()].filter((partition) => this.#offsets.has(partition));
  }

  forget(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      this.#paused.delete(partitionKey(partition));
    }
  }

  takeRewinds(): readonly TopicPartitionOffset[] {
    const rewinds = this.#rewinds.filter((offset) => this.#offsets.has(offset));
    this.#rewinds = [];
    return rewinds;
  }

  /** The wait the task asked for, once; -1 when it asked for none. */
  takeTimeout(): number {
    const timeout = this.#timeoutMs;
    this.#timeoutMs = -1;
    return timeout;
  }

  takeCommitRequest(): boolean {
    const requested = this.#commitRequested;
    this.#commitRequested = false;
    return requested;
  }

  #assertAssigned(what: string, partitions: readonly TopicPartition[]): void {
    const stranger = partitions.find((partition) => !this.#offsets.has(partition));
    if (stranger !== undefined) {
      throw new ConnectError(
        `SinkTasks may not ${what} partitions that are not assigned to them: ${partitionKey(stranger)}`,
      );
    }
  }
}
