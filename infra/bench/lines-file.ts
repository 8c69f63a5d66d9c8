import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Of a line with the newline that ends it. */
export const LINE_BYTES = 101;

const CHUNK_LINES = 10_000;

/** Writes a file of different lines of 100 bytes each, and a newline. */
export async function writeLines(file: string, count: number): Promise<void> {
  await pipeline(Readable.from(chunks(count)), createWriteStream(file));
}

function* chunks(count: number): Generator<string> {
  const rest = 'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(3);
  for (let from = 0; from < count; from += CHUNK_LINES) {
    const lines = Array.from({ length: Math.min(CHUNK_LINES, count - from) }, (_, index) => {
      const number = String(from + index).padStart(12, '0');
      return `${number} ${rest.slice(0, LINE_BYTES - number.length - 2)}\n`;
    });
    yield lines.join('');
  }
}
