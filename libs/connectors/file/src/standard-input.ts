import { LineSplitter, type Line } from './line-splitter.ts';

/** Lines of the worker's standard input, as they come. */
export class StandardInput {
  readonly #splitter = new LineSplitter(0);
  #lines: Line[] = [];
  readonly #onData = (chunk: Buffer): void => {
    this.#splitter.push(chunk, this.#lines);
  };

  constructor() {
    process.stdin.on('data', this.#onData);
  }

  read(limit: number): Promise<readonly Line[]> {
    const lines = this.#lines.slice(0, limit);
    this.#lines = this.#lines.slice(limit);
    return Promise.resolve(lines);
  }

  close(): Promise<void> {
    process.stdin.off('data', this.#onData);
    process.stdin.pause();
    return Promise.resolve();
  }
}
