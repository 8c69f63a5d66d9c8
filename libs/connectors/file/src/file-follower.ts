import { open, stat, type FileHandle } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { ConnectError } from '@millrace/connect-api';
import { LineSplitter, type Line } from './line-splitter.ts';

const CHUNK_BYTES = 512 * 1024;

/** Told of what a reader of the log should know. */
export type FollowerNews = (message: string, fields: Readonly<Record<string, unknown>>) => void;

/**
 * Reads the complete lines of one file from a position on, and goes on when it grows. A file that was cut short, or replaced by
 * another of its name, is read from its beginning; what the old one had is read to its end before.
 */
export class FileFollower {
  readonly file: string;
  readonly #news: FollowerNews;
  readonly #splitter: LineSplitter;
  readonly #lines: Line[] = [];
  #next = 0;
  #open: { readonly handle: FileHandle; readonly stats: Stats } | null = null;
  #buffer: Buffer | null = null;
  #missing = false;
  /** Another file of the name was seen while this one had nothing more. */
  #replaced = false;

  constructor(file: string, position: number, news: FollowerNews) {
    this.file = file;
    this.#news = news;
    this.#splitter = new LineSplitter(position);
  }

  /** Up to `limit` further lines; none when the file is not there or has no further complete line yet. */
  async read(limit: number): Promise<readonly Line[]> {
    if (this.#next >= this.#lines.length) {
      await this.#fill();
    }
    const lines = this.#lines.slice(this.#next, this.#next + limit);
    this.#next += lines.length;
    if (this.#next >= this.#lines.length) {
      this.#lines.length = 0;
      this.#next = 0;
    }
    return lines;
  }

  async close(): Promise<void> {
    const opened = this.#open;
    this.#open = null;
    await opened?.handle.close();
  }

  async #fill(): Promise<void> {
    if (this.#open === null && !(await this.#openFile())) {
      return;
    }
    while (this.#open !== null && this.#lines.length === 0) {
      if (await this.#readChunk(this.#open)) {
        this.#replaced = false;
      } else if (!(await this.#atEnd(this.#open))) {
        // An idle file needs no buffer.
        this.#buffer = null;
        return;
      }
    }
  }

  /** False when there is nothing to read now. */
  async #readChunk({
    handle,
    stats,
  }: {
    readonly handle: FileHandle;
    readonly stats: Stats;
  }): Promise<boolean> {
    this.#buffer ??= Buffer.allocUnsafeSlow(CHUNK_BYTES);
    // A pipe or device has no positions.
    const position = stats.isFile() ? this.#splitter.readPosition : null;
    const { bytesRead } = await this.#tried(handle.read(this.#buffer, 0, CHUNK_BYTES, position));
    this.#splitter.push(this.#buffer.subarray(0, bytesRead), this.#lines);
    return bytesRead > 0;
  }

  /** Looks whether the file was cut short or replaced; true when there is something else to read now. */
  async #atEnd({ stats }: { readonly stats: Stats }): Promise<boolean> {
    const now = await statOrNull(this.file);
    if (now === null || !stats.isFile()) {
      // Removed or renamed: what still has it open may go on writing.
      return false;
    }
    if (now.ino !== stats.ino || now.dev !== stats.dev) {
      if (!this.#replaced) {
        // Its writer may not have noticed yet; one more look at the old file comes first.
        this.#replaced = true;
        return false;
      }
      this.#news('The file was replaced; reading the new one from its beginning', { file: this.file });
      await this.close();
      this.#restart();
      return this.#openFile();
    }
    if (now.size < this.#splitter.readPosition) {
      this.#news('The file was cut short; reading it from its beginning', { file: this.file });
      this.#restart();
      return now.size > 0;
    }
    return false;
  }

  async #openFile(): Promise<boolean> {
    this.#replaced = false;
    let handle: FileHandle;
    try {
      handle = await open(this.file, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        this.#waitForIt();
        return false;
      }
      throw new ConnectError(`File ${this.file} cannot be read: ${(error as Error).message}`, {
        cause: error,
      });
    }
    this.#missing = false;
    const stats = await handle.stat();
    this.#open = { handle, stats };
    if (stats.isFile() && stats.size < this.#splitter.readPosition) {
      this.#news('The file is shorter than what was read of it; reading it from its beginning', {
        file: this.file,
        size: stats.size,
        position: this.#splitter.readPosition,
      });
      this.#splitter.restart(0);
    }
    return true;
  }

  #waitForIt(): void {
    if (!this.#missing) {
      this.#missing = true;
      this.#news('The file is not there; waiting for it', { file: this.file });
    }
  }

  /** From the beginning of what has the name now; a begun last line of the old file is all there will be of it. */
  #restart(): void {
    const text = this.#splitter.restart(0);
    if (text !== '') {
      this.#lines.push({ text, end: 0 });
    }
  }

  async #tried<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      throw new ConnectError(`File ${this.file} cannot be read: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch {
    return null;
  }
}
