import { open, type FileHandle } from 'node:fs/promises';
import { ConnectError } from '@millrace/connect-api';

/** So much text may wait behind the write under way; more makes the caller wait. */
const MOST_WAITING = 256 * 1024;
const LF = 10;

/**
 * Appends text to a file in order. One write is under way at a time, and what comes meanwhile is written together: the caller goes on
 * while the disk works. What failed once fails every later call.
 */
export class FileAppender {
  readonly file: string;
  readonly #handle: FileHandle;
  #waiting: string[] = [];
  #waitingLength = 0;
  #writing: Promise<void> | null = null;
  #failure: ConnectError | null = null;

  private constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.#handle = handle;
  }

  /** Opens or creates the file. A last line that is not ended, as a killed process leaves it, is ended first. */
  static async open(file: string): Promise<FileAppender> {
    const { handle, readable } = await openToAppend(file);
    const appender = new FileAppender(file, handle);
    const stats = await handle.stat();
    if (readable && stats.isFile() && stats.size > 0 && (await endsUnfinished(handle, stats.size))) {
      await appender.append('\n');
    }
    return appender;
  }

  /** Takes the text; resolves at once while not too much waits. Throws ConnectError for an earlier write that failed. */
  async append(text: string): Promise<void> {
    this.#throwFailure();
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    this.#writing ??= this.#write();
    if (this.#waitingLength > MOST_WAITING) {
      await this.flush();
    }
  }

  /** Resolves when everything taken so far is in the file. Throws ConnectError when it is not. */
  async flush(): Promise<void> {
    await this.#writing;
    this.#throwFailure();
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#handle.close();
  }

  async #write(): Promise<void> {
    try {
      while (this.#waitingLength > 0) {
        const text = this.#waiting.join('');
        this.#waiting = [];
        this.#waitingLength = 0;
        await this.#handle.appendFile(text);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#failure = new ConnectError(`File '${this.file}' cannot be written: ${reason}`, { cause: error });
    } finally {
      this.#writing = null;
    }
  }

  #throwFailure(): void {
    if (this.#failure !== null) {
      throw this.#failure;
    }
  }
}

async function openToAppend(file: string): Promise<{ handle: FileHandle; readable: boolean }> {
  try {
    return { handle: await open(file, 'a+'), readable: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') {
      throw error;
    }
    // It may be one that may be written and not read.
    return { handle: await open(file, 'a'), readable: false };
  }
}

async function endsUnfinished(handle: FileHandle, size: number): Promise<boolean> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] !== LF;
}
