import {
  ConnectError,
  SourceConnector,
  SourceTask,
  type ConfigDef,
  type ExactlyOnceSupport,
  type Props,
  type SourceOffset,
  type SourcePartition,
  type SourceRecord,
} from '@millrace/connect-api';
import { batchSize, fileSourceConfig, required } from './config.ts';
import { FileFollower } from './file-follower.ts';
import { IdleWait } from './idle-wait.ts';
import type { Line } from './line-splitter.ts';
import { lineToRecord, positionOf } from './lines-to-records.ts';
import { StandardInput } from './standard-input.ts';
import { JVM_VERSION } from './version.ts';

/** How often a file is looked at again when it is not there, or has not grown. */
const IDLE_MS = 100;

/** Streams one file, or the standard input, line by line: `org.apache.kafka.connect.file.FileStreamSourceConnector`. */
export class FileStreamSourceConnector extends SourceConnector {
  #props: Props = {};

  override version(): string {
    return JVM_VERSION;
  }

  override config(): ConfigDef {
    return fileSourceConfig();
  }

  override taskClass(): string {
    return 'org.apache.kafka.connect.file.FileStreamSourceTask';
  }

  override start(props: Props): void {
    this.#props = props;
  }

  /** One task: a file is read in order. */
  override taskConfigs(): Props[] {
    return [{ ...this.#props }];
  }

  override stop(): void {
    this.#props = {};
  }

  override createTask(): FileStreamSourceTask {
    return new FileStreamSourceTask();
  }

  /** A file keeps its offsets; the standard input has none. */
  override exactlyOnceSupport(props: Props): ExactlyOnceSupport {
    return (props['file'] ?? '') === '' ? 'UNSUPPORTED' : 'SUPPORTED';
  }

  override alterOffsets(props: Props, offsets: ReadonlyMap<SourcePartition, SourceOffset | null>): boolean {
    if ((props['file'] ?? '') === '') {
      throw new ConnectError(
        "Offsets cannot be modified if the 'file' configuration is unspecified. This is because stdin is used for input and " +
          'offsets are not tracked.',
      );
    }
    for (const [partition, offset] of offsets) {
      checkOffset(partition, offset);
    }
    // Nothing is kept outside of Kafka.
    return true;
  }
}

function checkOffset(partition: SourcePartition | null, offset: SourceOffset | null): void {
  if (offset === null) {
    return;
  }
  if (partition === null) {
    throw new ConnectError('Partition objects cannot be null');
  }
  if (!('filename' in partition)) {
    throw new ConnectError("Partition objects should contain the key 'filename'");
  }
  const position = offset['position'];
  if (position === undefined) {
    throw new ConnectError("Offset objects should either be null or contain the key 'position'");
  }
  if (typeof position !== 'bigint') {
    throw new ConnectError("The value for the 'position' key in the offset is expected to be a Long value");
  }
  if (position < 0n) {
    throw new ConnectError("The value for the 'position' key in the offset should be a non-negative value");
  }
}

/** The standard input has no positions that could be gone back to. */
const NO_POSITION: SourceOffset = { position: null };

/** The task of {@link FileStreamSourceConnector}: waits for a missing file, follows a growing one. */
export class FileStreamSourceTask extends SourceTask {
  readonly #idle = new IdleWait();
  #file: FileFollower | null = null;
  #input: StandardInput | null = null;
  #partition: SourcePartition = {};
  #topic = '';
  #batchSize = 0;

  override version(): string {
    return JVM_VERSION;
  }

  override async start(props: Props): Promise<void> {
    this.#topic = required(props, 'topic');
    this.#batchSize = batchSize(props);
    const file = props['file'] ?? '';
    if (file === '') {
      this.#partition = { filename: null };
      this.#input = new StandardInput();
      return;
    }
    const { logger, offsetStorageReader } = this.context;
    this.#partition = { filename: file };
    const position = positionOf(await offsetStorageReader.offset(this.#partition));
    logger.info('Reading a file', { file, position });
    this.#file = new FileFollower(file, position, (message, fields) => {
      logger.warn(message, fields);
    });
  }

  override async poll(): Promise<readonly SourceRecord[] | null> {
    const lines = await this.#read();
    if (lines.length === 0) {
      await this.#idle.wait(IDLE_MS);
      return null;
    }
    const origin = { topic: this.#topic, partition: this.#partition, now: Date.now() };
    const positioned = this.#file !== null;
    return lines.map(({ text, end }) =>
      lineToRecord(text, positioned ? { position: BigInt(end) } : NO_POSITION, origin),
    );
  }

  override async stop(): Promise<void> {
    this.#idle.stop();
    this.#input?.close();
    await this.#file?.close();
  }

  async #read(): Promise<readonly Line[]> {
    return this.#file === null
      ? (this.#input?.read(this.#batchSize) ?? [])
      : this.#file.read(this.#batchSize);
  }
}
