import { isAscii } from 'node:buffer';

const LF = 10;
const CR = 13;
const NOTHING: Buffer = Buffer.alloc(0);

/** A line without its terminator, and the byte position after the terminator. */
export interface Line {
  readonly text: string;
  readonly end: number;
}

/**
 * Cuts the bytes of a growing file into lines at \n, \r\n and \r. A last line without a terminator is kept back until it has
 * one, as the JVM's FileStreamSourceTask does; a \r at the very end waits for what follows it.
 */
export class LineSplitter {
  /** The begun line, as it came in. */
  #rest: Buffer[] = [];
  #restLength = 0;
  /** Byte position of the first byte of the begun line. */
  #position: number;

  constructor(position: number) {
    this.#position = position;
  }

  /** Position up to which bytes have been taken in. */
  get readPosition(): number {
    return this.#position + this.#restLength;
  }

  /** Takes the next bytes of the file and appends the lines they complete to `into`. The chunk stays the caller's. */
  push(chunk: Buffer, into: Line[]): void {
    const hasCr = chunk.includes(CR);
    if (!hasCr && !this.#endsWithCr() && !chunk.includes(LF)) {
      // Joined only when the line is complete, or a very long one would be copied with every chunk.
      this.#keep(chunk);
      return;
    }
    const bytes = this.#restLength === 0 ? chunk : Buffer.concat([...this.#rest, chunk]);
    const used =
      hasCr || this.#endsWithCr()
        ? this.#cutAny(bytes, into)
        : isAscii(bytes)
          ? this.#cutAscii(bytes, into)
          : this.#cutUtf8(bytes, into);
    this.#rest = [];
    this.#restLength = 0;
    this.#position += used;
    if (used < bytes.length) {
      this.#keep(bytes.subarray(used));
    }
  }

  /** The begun line, as far as it came; the next bytes are those of another file, from `position` on. */
  restart(position: number): string {
    const text = Buffer.concat(this.#rest).toString('utf8').replace(/\r$/, '');
    this.#rest = [];
    this.#restLength = 0;
    this.#position = position;
    return text;
  }

  #keep(bytes: Buffer): void {
    this.#rest.push(Buffer.from(bytes));
    this.#restLength += bytes.length;
  }

  #endsWithCr(): boolean {
    const last = this.#rest.at(-1) ?? NOTHING;
    return last[last.length - 1] === CR;
  }

  /** One decode for the whole chunk; lines are slices of it. */
  #cutAscii(bytes: Buffer, into: Line[]): number {
    const text = bytes.toString('latin1');
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      into.push({ text: text.slice(start, end), end: this.#position + end + 1 });
      start = end + 1;
    }
    return start;
  }

  #cutUtf8(bytes: Buffer, into: Line[]): number {
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      into.push({ text: bytes.toString('utf8', start, end), end: this.#position + end + 1 });
      start = end + 1;
    }
    return start;
  }

  #cutAny(bytes: Buffer, into: Line[]): number {
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte !== LF && byte !== CR) {
        continue;
      }
      if (byte === CR && at + 1 === bytes.length) {
        break;
      }
      const width = byte === CR && bytes[at + 1] === LF ? 2 : 1;
      into.push({ text: bytes.toString('utf8', start, at), end: this.#position + at + width });
      at += width - 1;
      start = at + 1;
    }
    return start;
  }
}
