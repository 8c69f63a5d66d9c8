import { open, type FileHandle } from 'node:fs/promises';
import { ConnectError } from '@millrace/connect-api';

/** Of each of the two buffers: one is filled while the other is written. */
const BUFFER_BYTES = 256 * 1024;
/** So much is written at once; a write costs the caller's thread as much as encoding 100 kB (measured). */
const WORTH_A_WRITE = BUFFER_BYTES / 2;
/** Less than that waits so long for more. */
const LINGER_MS = 2;
const LF = 10;

const UTF_8 = new TextEncoder();

/**
 * Appends text to a file in order; calls must not overlap. One write is under way at a time, and what comes meanwhile or within
 * milliseconds is written together: the caller goes on while the disk works, until both buffers are full. What failed once fails every
 * later call.
 */
export class FileAppender {
  readonly file: string;
  readonly #handle: FileHandle;
  /** Made when there is something to write: a sink that has nothing to do costs no memory. */
  #filling: Buffer | null = null;
  #filled = 0;
  #spare: Buffer | null = null;
  #linger: NodeJS.Timeout | null = null;
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

  /** Takes the text; resolves at once while there is room for it. Throws ConnectError for an earlier write that failed. */
  async append(text: string): Promise<void> {
    this.#throwFailure();
    for (let rest = this.#take(text); rest !== ''; rest = this.#take(rest)) {
      await this.#writing;
      this.#throwFailure();
      this.#write();
    }
    this.#writeWhenWorthIt();
  }

  /** Resolves when everything taken so far is in the file. Throws ConnectError when it is not. */
  async flush(): Promise<void> {
    this.#throwFailure();
    while (this.#filled > 0 || this.#writing !== null) {
      this.#write();
      await this.#writing;
      this.#throwFailure();
    }
  }

  /** Writes what was taken, as far as that can be done, and closes the file. */
  async close(): Promise<void> {
    try {
      if (this.#failure === null) {
        await this.flush();
      }
    } finally {
      this.#stopLingering();
      await this.#handle.close();
    }
  }

  /** Puts as much as there is room for into the buffer; what is left of the text. */
  #take(text: string): string {
    this.#filling ??= Buffer.allocUnsafeSlow(BUFFER_BYTES);
    const { read, written } = UTF_8.encodeInto(text, this.#filling.subarray(this.#filled));
    this.#filled += written;
    return text.slice(read);
  }

  #writeWhenWorthIt(): void {
    if (this.#filled >= WORTH_A_WRITE) {
      this.#write();
    } else if (this.#filled > 0) {
      this.#linger ??= setTimeout(() => {
        this.#linger = null;
        this.#write();
      }, LINGER_MS);
    }
  }

  /** Begins to write what is there, unless a write is under way, which is followed by another one. */
  #write(): void {
    if (this.#writing !== null || this.#filling === null || this.#filled === 0 || this.#failure !== null) {
      return;
    }
    this.#stopLingering();
    const bytes = this.#filling;
    const length = this.#filled;
    this.#filling = this.#spare;
    this.#spare = null;
    this.#filled = 0;
    this.#writing = this.#finish(bytes, length);
  }

  async #finish(bytes: Buffer, length: number): Promise<void> {
    try {
      await this.#handle.appendFile(bytes.subarray(0, length));
      this.#spare = bytes;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#failure = new ConnectError(`File '${this.file}' cannot be written: ${reason}`, { cause: error });
    } finally {
      this.#writing = null;
    }
    this.#writeWhenWorthIt();
  }

  #stopLingering(): void {
    clearTimeout(this.#linger ?? undefined);
    this.#linger = null;
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
