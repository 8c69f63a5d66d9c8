import { open, type FileHandle } from 'node:fs/promises';
import { ConnectError } from '@millrace/connect-api';
import { LineSplitter, type Line } from './line-splitter.ts';

const CHUNK_BYTES = 512 * 1024;

/** Reads the complete lines of one file from a position on, and goes on when it grows. */
export class FileFollower {
  readonly file: string;
  readonly #splitter: LineSplitter;
  readonly #lines: Line[] = [];
  #next = 0;
  #handle: FileHandle | null = null;
  #buffer: Buffer | null = null;

  constructor(file: string, position: number) {
    this.file = file;
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
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  async #fill(): Promise<void> {
    const handle = await this.#open();
    if (handle === null) {
      return;
    }
    this.#buffer ??= Buffer.allocUnsafeSlow(CHUNK_BYTES);
    while (this.#lines.length === 0) {
      const { bytesRead } = await handle.read(this.#buffer, 0, CHUNK_BYTES, this.#splitter.readPosition);
      if (bytesRead === 0) {
        // An idle file needs no buffer.
        this.#buffer = null;
        return;
      }
      this.#splitter.push(this.#buffer.subarray(0, bytesRead), this.#lines);
    }
  }

  async #open(): Promise<FileHandle | null> {
    if (this.#handle === null) {
      try {
        this.#handle = await open(this.file, 'r');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
          return null;
        }
        throw new ConnectError(`File ${this.file} cannot be read`, { cause: error });
      }
    }
    return this.#handle;
  }
}
