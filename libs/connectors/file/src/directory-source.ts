import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
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
import { batchSize, directorySourceConfig, required } from './config.ts';
import { FileDistribution } from './file-distribution.ts';
import { FileFollower } from './file-follower.ts';
import { globMatcher } from './glob.ts';
import { IdleWait } from './idle-wait.ts';
import { lineToRecord, positionOf } from './lines-to-records.ts';
import { VERSION } from './version.ts';

const IDLE_MS = 100;

/**
 * Streams every file of a folder whose name fits a pattern (`millrace.file.DirectorySource`). Its connector watches the
 * folder and asks for new task configurations when files come or go; offsets are those of FileStreamSource, per file.
 */
export class DirectorySource extends SourceConnector {
  #props: Props = {};
  #timer: NodeJS.Timeout | null = null;
  #files: readonly string[] = [];
  #looking = false;
  readonly #distribution = new FileDistribution();

  override version(): string {
    return VERSION;
  }

  override config(): ConfigDef {
    return directorySourceConfig();
  }

  override taskClass(): string {
    return 'millrace.file.DirectorySourceTask';
  }

  override async start(props: Props): Promise<void> {
    this.#props = props;
    this.#files = await this.#list();
    this.#timer = setInterval(
      () => {
        void this.#look();
      },
      Number(props['poll.interval.ms'] ?? '1000'),
    );
  }

  /** At most one task per file; files stay with their task as far as the numbers allow. */
  override taskConfigs(maxTasks: number): Props[] {
    return this.#distribution
      .distribute(this.#files, maxTasks)
      .map((files) => ({ ...this.#props, files: JSON.stringify(files) }));
  }

  override stop(): void {
    if (this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  override createTask(): DirectorySourceTask {
    return new DirectorySourceTask();
  }

  override exactlyOnceSupport(): ExactlyOnceSupport {
    return 'SUPPORTED';
  }

  override alterOffsets(_props: Props, offsets: ReadonlyMap<SourcePartition, SourceOffset | null>): boolean {
    for (const [partition, offset] of offsets) {
      const position = offset?.['position'];
      if (
        !('filename' in partition) ||
        (offset !== null && (typeof position !== 'bigint' || position < 0n))
      ) {
        throw new ConnectError(
          'Offsets must look like {"partition":{"filename":<path>},"offset":{"position":<bytes>}}',
        );
      }
    }
    return true;
  }

  async #look(): Promise<void> {
    if (this.#looking) {
      return;
    }
    this.#looking = true;
    try {
      const files = await this.#list();
      if (this.#timer !== null && files.join('\0') !== this.#files.join('\0')) {
        this.context.logger.info('Files came or went', { files: files.length });
        this.#files = files;
        this.context.requestTaskReconfiguration();
      }
    } catch (error) {
      this.context.logger.warn('The folder could not be read; its files are left as they are', {
        err: error,
      });
    } finally {
      this.#looking = false;
    }
  }

  async #list(): Promise<readonly string[]> {
    const directory = required(this.#props, 'directory');
    const matches = globMatcher(this.#props['pattern'] ?? '*');
    let entries;
    try {
      entries = await readdir(directory, { withFileTypes: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        // As with a missing file: it may still come.
        return [];
      }
      throw new ConnectError(`Folder ${directory} cannot be read`, { cause: error });
    }
    return entries
      .filter((entry) => entry.isFile() && matches(entry.name))
      .map((entry) => join(directory, entry.name))
      .sort();
  }
}

/** An idle file is looked at the less often the longer it has been idle, up to this. */
const MOST_IDLE_MS = 1_000;

interface FollowedFile {
  readonly follower: FileFollower;
  readonly partition: SourcePartition;
  /** Of `performance.now()`. */
  nextLook: number;
  idleSince: number;
}

/** Reads its share of the folder's files, each in order, taking turns. */
export class DirectorySourceTask extends SourceTask {
  readonly #idle = new IdleWait();
  #files: readonly FollowedFile[] = [];
  #topic = '';
  #batchSize = 0;
  #turn = 0;

  override version(): string {
    return VERSION;
  }

  override async start(props: Props): Promise<void> {
    this.#topic = required(props, 'topic');
    this.#batchSize = batchSize(props);
    const { logger, offsetStorageReader } = this.context;
    const partitions = filesOf(props).map((filename) => ({ filename }));
    const offsets = await offsetStorageReader.offsets(partitions);
    this.#files = partitions.map((partition, index) => ({
      partition,
      nextLook: 0,
      idleSince: 0,
      follower: new FileFollower(
        partition.filename,
        positionOf(offsets[index] ?? null),
        (message, fields) => {
          logger.warn(message, fields);
        },
      ),
    }));
  }

  override async poll(): Promise<readonly SourceRecord[] | null> {
    const records: SourceRecord[] = [];
    for (let count = 0; count < this.#files.length && records.length < this.#batchSize; count += 1) {
      const file = this.#files[this.#turn % this.#files.length];
      this.#turn += 1;
      if (file !== undefined && performance.now() >= file.nextLook) {
        await this.#read(file, records);
      }
    }
    if (records.length === 0) {
      await this.#idle.wait(IDLE_MS);
      return null;
    }
    return records;
  }

  override async stop(): Promise<void> {
    this.#idle.stop();
    await Promise.all(this.#files.map(({ follower }) => follower.close()));
  }

  async #read(file: FollowedFile, into: SourceRecord[]): Promise<void> {
    const lines = await file.follower.read(this.#batchSize - into.length);
    const now = performance.now();
    if (lines.length > 0) {
      file.idleSince = now;
      const origin = { topic: this.#topic, partition: file.partition, now: Date.now() };
      for (const { text, end } of lines) {
        into.push(lineToRecord(text, { position: BigInt(end) }, origin));
      }
    } else {
      file.nextLook = now + Math.min(MOST_IDLE_MS, (now - file.idleSince) / 10);
    }
  }
}

function filesOf(props: Props): readonly string[] {
  const files: unknown = JSON.parse(required(props, 'files'));
  if (!Array.isArray(files) || !files.every((file) => typeof file === 'string')) {
    throw new ConnectError('The task was given no list of files; its connector writes it as JSON');
  }
  return files;
}
