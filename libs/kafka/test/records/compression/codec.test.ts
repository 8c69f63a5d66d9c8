import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compress, decompress } from '../../../src/records/compression/codec.ts';
import {
  CompressedDataError,
  DecompressionLimitError,
} from '../../../src/records/compression/compression-errors.ts';
import { xxHash32 } from '../../../src/records/compression/xxhash32.ts';
import { PLAIN, WRITTEN_ELSEWHERE } from './written-elsewhere.ts';

const CODECS = ['snappy', 'lz4'] as const;

/** Bytes that look random and are the same in every run. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}

const text = (length: number): Buffer => Buffer.alloc(length, PLAIN.text);

/** Bytes in which short and long parts come again at all distances. */
const repetitive = fc
  .array(
    fc.oneof(
      fc.record({ fresh: fc.uint8Array({ maxLength: 100 }) }),
      fc.record({ distance: fc.nat({ max: 70_000 }), length: fc.nat({ max: 3_000 }) }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => {
    const bytes: number[] = [];
    for (const part of parts) {
      if ('fresh' in part) bytes.push(...part.fresh);
      else {
        const from = Math.max(0, bytes.length - part.distance);
        for (let index = 0; index < part.length && from + index < bytes.length; index++) {
          bytes.push(bytes[from + index] ?? 0);
        }
      }
    }
    return Buffer.from(bytes);
  });

const LIMIT = 200_000;

/** Decompressed to anything within the limit, or refused with one of the two errors: true, else what came. */
function behaves(codec: (typeof CODECS)[number], bytes: Buffer): unknown {
  try {
    return decompress(codec, bytes, LIMIT).length <= LIMIT;
  } catch (error) {
    return error instanceof CompressedDataError || error instanceof DecompressionLimitError || error;
  }
}

describe.each(CODECS)('%s', (codec) => {
  const pack = (bytes: Uint8Array): Buffer => compress(codec, bytes, undefined);

  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 2_000 }), repetitive), (bytes) => {
        expect(decompress(codec, pack(bytes)).equals(bytes)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('gives back bytes of every length up to where long forms begin, and around the borders of blocks', () => {
    const small = Array.from({ length: 400 }, (_, length) => length);
    const borders = [32_768, 65_536, 131_072, 1_048_576].flatMap((border) =>
      [-13, -12, -5, -1, 0, 1, 4, 12, 13].map((more) => border + more),
    );
    const random = noise(1_048_600);
    for (const length of [...small, ...borders]) {
      for (const plain of [text(length), Buffer.alloc(length, 0x61), random.subarray(0, length)]) {
        expect(decompress(codec, pack(plain)).equals(plain), `${length} bytes`).toBe(true);
      }
    }
  });

  it('makes repetitive bytes small, and others hardly larger', () => {
    expect(pack(Buffer.alloc(1_048_576, 'ab')).length).toBeLessThan(60_000);
    expect(pack(text(1_048_576)).length).toBeLessThan(60_000);
    expect(pack(noise(1_048_576)).length).toBeLessThan(1_048_576 + 1_000);
  });

  it.each(WRITTEN_ELSEWHERE.filter((each) => each.codec === codec))(
    'reads what $by writes: $plain',
    ({ plain, base64 }) => {
      expect(decompress(codec, Buffer.from(base64, 'base64'))).toEqual(PLAIN[plain]);
    },
  );

  it.each(['none', 'one', 'bytes'] as const)(
    'writes exactly what Java does where nothing repeats: %s',
    (plain) => {
      const java = WRITTEN_ELSEWHERE.find((each) => each.by === `kafka-${codec}` && each.plain === plain);
      expect(pack(PLAIN[plain]).toString('base64')).toBe(java?.base64);
    },
  );

  it('refuses bytes that are cut off anywhere, or reads no more than there was', () => {
    for (const plain of [PLAIN.bytes, PLAIN.text, text(70_000)]) {
      const packed = pack(plain);
      for (let length = 0; length < packed.length; length++) {
        const cut = packed.subarray(0, length);
        // A snappy stream may end after any of its chunks; nothing says how many there are.
        let read: Buffer = Buffer.alloc(0);
        try {
          read = decompress(codec, cut);
        } catch (error) {
          expect(error).toBeInstanceOf(CompressedDataError);
          continue;
        }
        expect(codec).toBe('snappy');
        expect(read.length % 32_768).toBe(0);
        expect(plain.subarray(0, read.length).equals(read)).toBe(true);
      }
    }
  });

  it('survives any change of good bytes', () => {
    for (const { base64 } of WRITTEN_ELSEWHERE.filter((each) => each.codec === codec)) {
      const good = Buffer.from(base64, 'base64');
      for (let index = 0; index < good.length; index++) {
        for (const mask of [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff]) {
          const bad = Buffer.from(good);
          bad[index] = (bad[index] ?? 0) ^ mask;
          expect(behaves(codec, bad)).toBe(true);
        }
      }
    }
  });

  it('survives any bytes', () => {
    const header = { snappy: PLAIN.none, lz4: pack(PLAIN.none).subarray(0, 7) }[codec];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 300 }), (bytes, length) => {
        expect(behaves(codec, Buffer.from(bytes))).toBe(true);
        const block = Buffer.alloc(4);
        if (codec === 'snappy') block.writeInt32BE(length);
        else block.writeInt32LE(length);
        const start = codec === 'snappy' ? pack(PLAIN.none) : header;
        expect(behaves(codec, Buffer.concat([start, block, bytes]))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it('stops at the limit', () => {
    const bomb = pack(Buffer.alloc(1_048_576));
    expect(decompress(codec, bomb, 1_048_576)).toHaveLength(1_048_576);
    expect(() => decompress(codec, bomb, 1_048_575)).toThrow(DecompressionLimitError);
    expect(() => decompress(codec, bomb, 1_000)).toThrow('more than 1000 bytes');
    const incompressible = pack(noise(100_000));
    expect(decompress(codec, incompressible, 100_000)).toHaveLength(100_000);
    expect(() => decompress(codec, incompressible, 99_999)).toThrow(DecompressionLimitError);
  });
});

describe('a snappy block', () => {
  const block = (...bytes: number[]): Buffer => Buffer.from(bytes);

  it('may have long literals and copies of all three kinds', () => {
    const literal = Buffer.alloc(70_000, PLAIN.text);
    const packed = Buffer.concat([
      // 70 019 bytes: a literal with three bytes of length, copies of 4, 10 and 5 bytes.
      block(0x83, 0xa3, 0x04, 62 << 2, 0x6f, 0x11, 0x01),
      literal,
      block(0x01, 0x04, (9 << 2) | 2, 0xff, 0xff, (4 << 2) | 3, 0x00, 0x00, 0x01, 0x00),
    ]);
    let expected = Buffer.concat([literal, literal.subarray(-4)]);
    expected = Buffer.concat([expected, expected.subarray(-65_535, -65_525)]);
    expected = Buffer.concat([expected, expected.subarray(-65_536, -65_531)]);
    expect(decompress('snappy', packed).equals(expected)).toBe(true);
  });

  it.each([
    [
      'claims more than it can become',
      block(0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x61),
      'cannot become 4294967295',
    ],
    ['has a length without an end', block(0x80, 0x80, 0x80, 0x80, 0x80, 0x00), 'has no length'],
    [
      'copies from before its start',
      block(0x05, 0x00, 0x61, 0x01, 0x02),
      'Position 1 repeats what is 2 bytes',
    ],
    ['copies from nowhere', block(0x05, 0x00, 0x61, 0x01, 0x00), 'Position 1 repeats what is 0 bytes'],
    ['becomes longer than it says', block(0x04, 0x00, 0x61, 0x01, 0x01), 'longer than it may'],
    ['becomes shorter than it says', block(0x06, 0x00, 0x61, 0x01, 0x01), 'ends 1 bytes early'],
    ['has a literal that is cut off', block(0x06, 0x14, 0x61), 'cut off'],
    ['has a literal of 4 GiB', block(0x06, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x61), 'cut off'],
  ])('that %s is refused', (_what, bytes, message) => {
    expect(() => decompress('snappy', bytes)).toThrow(CompressedDataError);
    expect(() => decompress('snappy', bytes)).toThrow(message);
  });

  it('never reaches into the one before it', () => {
    const stream = compress('snappy', Buffer.from('abcd'), undefined);
    const chunk = block(0x00, 0x00, 0x00, 0x03, 0x04, 0x01, 0x04);
    expect(() => decompress('snappy', Buffer.concat([stream, chunk]))).toThrow('Position 4 repeats');
  });

  it('stream may follow another', () => {
    const stream = compress('snappy', Buffer.from('abcd'), undefined);
    expect(decompress('snappy', Buffer.concat([stream, stream])).toString()).toBe('abcdabcd');
  });
});

describe('an LZ4 frame', () => {
  const checked = Buffer.from(
    WRITTEN_ELSEWHERE.find(({ by }) => by === 'lz4-checked')?.base64 ?? '',
    'base64',
  );
  const changed = (frame: Buffer, change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(frame);
    change(bytes);
    return bytes;
  };
  /** With the checksum of its header made right again. */
  const reheaded = (frame: Buffer, change: (bytes: Buffer) => void): Buffer =>
    changed(frame, (bytes) => {
      change(bytes);
      bytes[14] = xxHash32(bytes, 4, 14) >>> 8;
    });

  it.each([
    ['is none', changed(checked, (bytes) => bytes.writeUInt8(0, 0)), 'no LZ4 frame'],
    [
      'has an unknown version',
      changed(checked, (bytes) => bytes.writeUInt8(0x8c, 4)),
      'header that is not known',
    ],
    [
      'wants a dictionary',
      changed(checked, (bytes) => bytes.writeUInt8(0x6d, 4)),
      'header that is not known, 6d',
    ],
    [
      'has blocks of no known size',
      changed(checked, (bytes) => bytes.writeUInt8(0x30, 5)),
      'header that is not known',
    ],
    [
      'has a wrong header',
      changed(checked, (bytes) => bytes.writeUInt8(7, 6)),
      'header with another checksum',
    ],
    [
      'has a wrong block',
      changed(checked, (bytes) => bytes.writeUInt8(0x7f, 21)),
      'bytes with another checksum',
    ],
    [
      'has another length than it says',
      reheaded(checked, (bytes) => bytes.writeUInt8(7, 6)),
      'has 286 plain bytes instead of 263',
    ],
    [
      'has wrong plain bytes',
      changed(checked, (bytes) => bytes.writeUInt8(0, bytes.length - 1)),
      'bytes with another checksum',
    ],
    ['is followed by more', Buffer.concat([checked, checked]), 'followed by other bytes'],
    [
      'has a block that is too large for it',
      changed(checked, (bytes) => bytes.writeUInt32LE(300_000, 15)),
      'An LZ4 block of 300000 bytes',
    ],
  ])('that %s is refused', (_what, bytes, message) => {
    expect(() => decompress('lz4', bytes)).toThrow(CompressedDataError);
    expect(() => decompress('lz4', bytes)).toThrow(message);
  });

  it('with independent blocks lets none reach into the one before', () => {
    const frame = compress('lz4', Buffer.from('abcd'), undefined);
    const block = Buffer.from([4, 0, 0, 0, 0x00, 0x04, 0x00, 0x00, 0, 0, 0, 0]);
    const two = Buffer.concat([frame.subarray(0, -4), block]);
    expect(() => decompress('lz4', two)).toThrow('Position 4 repeats what is 4 bytes before it');
    const dependent = changed(two, (bytes) => {
      bytes[4] = 0x40;
      bytes[6] = xxHash32(bytes, 4, 6) >>> 8;
    });
    expect(decompress('lz4', dependent).toString()).toBe('abcdabcd');
  });
});

describe('xxHash32', () => {
  it.each([
    ['', 0x02cc_5d05],
    ['a', 0x550d_7456],
    ['abc', 0x32d1_53ff],
    ['Nobody inspects the spammish repetition', 0xe229_3b2f],
  ])('of %j is the published one', (plain, hash) => {
    expect(xxHash32(Buffer.from(plain))).toBe(hash);
  });
});

describe.each(['gzip', 'zstd'] as const)('%s', (codec) => {
  it('is bounded and refused in the same way', () => {
    const packed = compress(codec, Buffer.alloc(100_000), undefined);
    expect(decompress(codec, packed, 100_000)).toHaveLength(100_000);
    expect(() => decompress(codec, packed, 99_999)).toThrow(DecompressionLimitError);
    expect(() => decompress(codec, packed.subarray(0, 12))).toThrow(CompressedDataError);
    expect(() => decompress(codec, Buffer.from('none of it'))).toThrow(CompressedDataError);
  });

  it('takes a level', () => {
    const plain = Buffer.from(Array.from({ length: 5_000 }, (_, index) => String(index * index)).join());
    const level = (each: number): number => compress(codec, plain, each).length;
    const lowest = codec === 'zstd' ? -20 : 1;
    expect(level(9)).toBeLessThan(level(lowest));
    expect(decompress(codec, compress(codec, plain, lowest))).toEqual(plain);
  });
});
