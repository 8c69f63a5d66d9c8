import type { ServerResponse } from 'node:http';

/** Of answers that were given and not taken yet, over all connections. */
const MAX_HELD_BYTES = 256 * 1024 * 1024;

/** A client that does not read would have its answer held for ever: it has so long, and less where too much is held already. */
export class AnswersNotTaken {
  readonly #limitMs: number;
  #held = 0;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  watch(response: ServerResponse): void {
    response.once('prefinish', () => {
      const { socket } = response;
      if (socket === null || response.writableFinished) {
        return;
      }
      const bytes = socket.writableLength;
      if (this.#held + bytes > MAX_HELD_BYTES) {
        socket.destroy();
        return;
      }
      this.#held += bytes;
      const timer = setTimeout(() => {
        socket.destroy();
      }, this.#limitMs).unref();
      response.once('close', () => {
        clearTimeout(timer);
        this.#held -= bytes;
      });
    });
  }
}
