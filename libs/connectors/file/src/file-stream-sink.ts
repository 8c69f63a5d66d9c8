import { open, type FileHandle } from 'node:fs/promises';
import {
  ConnectError,
  javaToString,
  SinkConnector,
  SinkTask,
  type ConfigDef,
  type Props,
  type SinkRecord,
} from '@millrace/connect-api';
import { fileSinkConfig } from './config.ts';
import { VERSION } from './version.ts';

/** Appends each record's value as a line to a file, or prints it: `org.apache.kafka.connect.file.FileStreamSinkConnector`. */
export class FileStreamSinkConnector extends SinkConnector {
  #props: Props = {};

  override version(): string {
    return VERSION;
  }

  override config(): ConfigDef {
    return fileSinkConfig();
  }

  override taskClass(): string {
    return 'org.apache.kafka.connect.file.FileStreamSinkTask';
  }

  override start(props: Props): void {
    this.#props = props;
  }

  override taskConfigs(maxTasks: number): Props[] {
    return Array.from({ length: maxTasks }, () => ({ ...this.#props }));
  }

  override stop(): void {
    this.#props = {};
  }

  override createTask(): FileStreamSinkTask {
    return new FileStreamSinkTask();
  }

  /** Offsets are the consumer group's alone. */
  override alterOffsets(): boolean {
    return true;
  }
}

/** The task of {@link FileStreamSinkConnector}. What `put` has returned from is written. */
export class FileStreamSinkTask extends SinkTask {
  #file: FileHandle | null = null;

  override version(): string {
    return VERSION;
  }

  override async start(props: Props): Promise<void> {
    const file = props['file'] ?? '';
    if (file === '') {
      return;
    }
    try {
      this.#file = await open(file, 'a');
    } catch (error) {
      throw new ConnectError(`Couldn't find or create file '${file}' for FileStreamSinkTask`, { cause: error });
    }
  }

  override async put(records: readonly SinkRecord[]): Promise<void> {
    if (records.length === 0) {
      return;
    }
    let text = '';
    for (const { value } of records) {
      text += typeof value === 'string' ? value : javaToString(value);
      text += '\n';
    }
    if (this.#file === null) {
      await new Promise<void>((resolve, reject) => {
        process.stdout.write(text, (error) => {
          if (error === null || error === undefined) {
            resolve();
          } else {
            reject(error);
          }
        });
      });
    } else {
      await this.#file.appendFile(text);
    }
  }

  override async stop(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }
}
