import { LineSplitter, type Line } from './line-splitter.ts';

/** So many lines wait at most before the input is left where it is. */
const MOST_WAITING = 20_000;

/** What lines are read from: `process.stdin`. */
export type InputStream = Pick<NodeJS.ReadStream, 'on' | 'off' | 'pause' | 'resume'>;

/** Lines of the worker's standard input, as they come. */
export class StandardInput {
  readonly #splitter = new LineSplitter(0);
  readonly #stream: InputStream;
  #lines: Line[] = [];
  #paused = false;

  constructor(stream: InputStream = process.stdin) {
    this.#stream = stream;
    stream.on('data', this.#onData);
  }

  read(limit: number): readonly Line[] {
    const lines = this.#lines.slice(0, limit);
    this.#lines = this.#lines.slice(limit);
    if (this.#paused && this.#lines.length < MOST_WAITING) {
      this.#paused = false;
      this.#stream.resume();
    }
    return lines;
  }

  close(): void {
    this.#stream.off('data', this.#onData);
    this.#stream.pause();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#splitter.push(chunk, this.#lines);
    if (this.#lines.length >= MOST_WAITING) {
      this.#paused = true;
      this.#stream.pause();
    }
  };
}
