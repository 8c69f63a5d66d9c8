import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, type Line } from '../src/line-splitter.ts';

/** Lines of a text that is given in chunks which end at these bytes. */
function linesOf(text: string | Buffer, cuts: readonly number[] = []): Line[] {
  const bytes = Buffer.from(text as string);
  const splitter = new LineSplitter(0);
  const lines: Line[] = [];
  let start = 0;
  for (const end of [...cuts, bytes.length]) {
    // A view of a buffer that is used again, as a follower does it.
    const chunk = Buffer.from(bytes.subarray(start, end));
    splitter.push(chunk, lines);
    chunk.fill(0);
    start = end;
  }
  return lines;
}

const texts = (lines: readonly Line[]): string[] => lines.map(({ text }) => text);

describe('Lines', () => {
  it('end at \\n, \\r\\n and \\r', () => {
    expect(linesOf('a\nb\r\nc\rd\n')).toEqual([
      { text: 'a', end: 2 },
      { text: 'b', end: 5 },
      { text: 'c', end: 7 },
      { text: 'd', end: 9 },
    ]);
  });

  it('may be empty', () => {
    expect(texts(linesOf('\n\r\n\r\r\n\n'))).toEqual(['', '', '', '', '']);
  });

  it('without a terminator are kept back', () => {
    expect(texts(linesOf('a\nb'))).toEqual(['a']);
    expect(linesOf('')).toEqual([]);
  });

  it('that end in \\r wait for what follows: it may be the \\n of the same end', () => {
    expect(texts(linesOf('a\r'))).toEqual([]);
    expect(texts(linesOf('a\r\nb\n', [2]))).toEqual(['a', 'b']);
    expect(linesOf('a\rb\n', [2])).toEqual([
      { text: 'a', end: 2 },
      { text: 'b', end: 4 },
    ]);
    expect(texts(linesOf('a\rb\r', [2]))).toEqual(['a']);
  });

  it('of any characters are whole wherever the chunks were cut', () => {
    const text = 'grüß dich\n漢字\r\n😀 und mehr\rEnde\n';
    const whole = linesOf(text);
    expect(texts(whole)).toEqual(['grüß dich', '漢字', '😀 und mehr', 'Ende']);
    for (let cut = 0; cut <= Buffer.byteLength(text); cut += 1) {
      expect(linesOf(text, [cut])).toEqual(whole);
    }
  });

  it('are the same for every way to cut every text, and their ends are where the next one begins', () => {
    const pieces = fc.constantFrom('a', 'bc', 'ü', '漢', '😀', '\n', '\r', '\r\n');
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 30 }),
        fc.array(fc.nat(60), { maxLength: 5 }),
        (parts, cuts) => {
          const bytes = Buffer.from(parts.join(''));
          const sorted = cuts.filter((cut) => cut <= bytes.length).sort((a, b) => a - b);
          const lines = linesOf(bytes, sorted);
          expect(lines).toEqual(linesOf(bytes));
          let start = 0;
          for (const { text, end } of lines) {
            expect(bytes.toString('utf8', start, end).replace(/(?:\r\n|\r|\n)$/, '')).toBe(text);
            start = end;
          }
        },
      ),
    );
  });

  it('of bytes that are no UTF-8 have replacement characters, as in Java', () => {
    expect(texts(linesOf(Buffer.from([0x61, 0xff, 0x62, 0x0a])))).toEqual(['a\ufffdb']);
  });

  it('that are very long come whole', () => {
    const long = 'x'.repeat(300_000);
    const cuts = Array.from({ length: 29 }, (_, index) => (index + 1) * 10_000);
    expect(linesOf(`${long}\n`, cuts)).toEqual([{ text: long, end: 300_001 }]);
  });

  it('count from the position where reading begins', () => {
    const splitter = new LineSplitter(100);
    const lines: Line[] = [];
    splitter.push(Buffer.from('ab\nc'), lines);
    expect(lines).toEqual([{ text: 'ab', end: 103 }]);
    expect(splitter.readPosition).toBe(104);
    expect(splitter.restart(0)).toBe('c');
    expect(splitter.readPosition).toBe(0);
  });
});
