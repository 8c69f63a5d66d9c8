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
import { FileAppender } from './file-appender.ts';
import { JVM_VERSION } from './version.ts';

/** Appends each record's value as a line to a file, or prints it: `org.apache.kafka.connect.file.FileStreamSinkConnector`. */
export class FileStreamSinkConnector extends SinkConnector {
  #props: Props = {};

  override version(): string {
    return JVM_VERSION;
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

/** The task of {@link FileStreamSinkConnector}. What `flush` has returned from is in the file. */
export class FileStreamSinkTask extends SinkTask {
  #file: FileAppender | null = null;

  override version(): string {
    return JVM_VERSION;
  }

  override async start(props: Props): Promise<void> {
    const file = props['file'] ?? '';
    if (file === '') {
      return;
    }
    try {
      this.#file = await FileAppender.open(file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ConnectError(`Couldn't find or create file '${file}' for FileStreamSinkTask: ${reason}`, {
        cause: error,
      });
    }
  }

  override async put(records: readonly SinkRecord[]): Promise<void> {
    if (records.length === 0) {
      return;
    }
    let text = '';
    for (const { value, valueSchema } of records) {
      text += typeof value === 'string' ? value : javaToString(value, valueSchema);
      text += '\n';
    }
    await (this.#file === null ? print(text) : this.#file.append(text));
  }

  override async flush(): Promise<void> {
    await this.#file?.flush();
  }

  override async stop(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }
}

function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === null || error === undefined) {
        resolve();
      } else {
        reject(error);
      }
    });
  });
}
