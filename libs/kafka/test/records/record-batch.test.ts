import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/records/crc32c.ts';
import { decodeRecordBatches } from '../../src/records/record-batch-decoder.ts';
import { encodeRecordBatch, type TimedRecord } from '../../src/records/record-batch-encoder.ts';
import { RecordBatchBuilder } from '../../src/records/record-batch-builder.ts';
import type { RecordBatch } from '../../src/records/record-batch.ts';
import { CorruptRecordError, UnsupportedRecordError } from '../../src/records/record-errors.ts';

const SOURCE = { topic: 'orders', partition: 3 };

const record = (value: string | null, more: Partial<TimedRecord> = {}): TimedRecord => ({
  key: null,
  value: value === null ? null : Buffer.from(value),
  headers: [],
  timestamp: 1_700_000_000_000,
  ...more,
});

function decode(bytes: Buffer): RecordBatch[] {
  const batches: RecordBatch[] = [];
  decodeRecordBatches(bytes, SOURCE, (batch) => batches.push(batch));
  return batches;
}

function only(bytes: Buffer): RecordBatch {
  const [batch, ...more] = decode(bytes);
  if (batch === undefined || more.length > 0) throw new Error('expected one batch');
  return batch;
}

/** Changes bytes of a batch and makes its checksum right again. */
function forge(batch: Buffer, change: (bytes: Buffer) => void): Buffer {
  const forged = Buffer.from(batch);
  change(forged);
  forged.writeUInt32BE(crc32c(forged, 21), 17);
  return forged;
}

const bytes = fc.option(fc.uint8Array({ maxLength: 200 }));
const anyRecord = fc.record({
  key: bytes,
  value: bytes,
  timestamp: fc.oneof(
    fc.nat(),
    fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
    fc.maxSafeNat(),
  ),
  headers: fc.array(fc.record({ key: fc.string({ unit: 'grapheme', maxLength: 20 }), value: bytes }), {
    maxLength: 100,
    size: 'small',
  }),
});

const plain = (value: Uint8Array | null): Buffer | null => (value === null ? null : Buffer.from(value));

describe('a record batch', () => {
  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'gives back every record as it was, compression %s',
    (compression) => {
      fc.assert(
        fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 30 }), (records) => {
          const batch = only(encodeRecordBatch(records, { compression }));
          const expected = records.map((each, index) => ({
            offset: index,
            timestamp: each.timestamp,
            key: plain(each.key),
            value: plain(each.value),
            headers: each.headers.map((header) => ({ key: header.key, value: plain(header.value) })),
          }));
          expect(batch.records()).toEqual(expected);
          expect(batch.recordCount).toBe(records.length);
          expect(batch.lastOffset).toBe(records.length - 1);
          expect(batch.maxTimestamp).toBe(Math.max(...records.map((each) => each.timestamp)));
          expect(batch.control).toBeNull();
        }),
      );
    },
  );

  it.each([
    ['gzip', 1],
    ['snappy', 2],
    ['lz4', 3],
    ['zstd', 4],
  ] as const)('compressed with %s says so, and is smaller', (compression, id) => {
    const records = Array.from({ length: 50 }, () => record('the same again'));
    const batch = encodeRecordBatch(records, { compression });
    expect(batch.readInt16BE(21)).toBe(id);
    expect(batch.length).toBeLessThan(encodeRecordBatch(records, { compression: 'none' }).length / 2);
  });

  it('has the bytes of KIP-98', () => {
    const batch = encodeRecordBatch(
      [
        record('v1', { key: Buffer.from('k'), timestamp: 1000 }),
        record(null, { timestamp: 999, headers: [{ key: 'h', value: null }] }),
      ],
      {
        compression: 'none',
        producer: { producerId: 7, producerEpoch: 2, baseSequence: 5, transactional: true },
      },
    );
    const header = [
      '0000000000000000', // base offset
      '00000045', // length
      'ffffffff', // leader epoch
      '02', // magic
      batch.toString('hex', 17, 21), // checksum
      '0010', // attributes: transactional
      '00000001', // last offset delta
      '00000000000003e8', // base timestamp
      '00000000000003e8', // maximum timestamp
      '0000000000000007', // producer id
      '0002', // producer epoch
      '00000005', // base sequence
      '00000002', // records
    ];
    const first = ['12', '00', '00', '00', '02', '6b', '04', '7631', '00'];
    const second = ['12', '00', '01', '02', '01', '01', '02', '02', '68', '01'];
    expect(batch.toString('hex')).toBe([...header, ...first, ...second].join(''));
    expect(batch.readUInt32BE(17)).toBe(crc32c(batch.subarray(21)));
    expect(only(batch)).toMatchObject({
      producerId: 7,
      producerEpoch: 2,
      baseSequence: 5,
      transactional: true,
    });
  });

  it('keeps repeated headers in order', () => {
    const headers = [
      { key: 'a', value: Buffer.from('1') },
      { key: 'b', value: null },
      { key: 'a', value: Buffer.alloc(0) },
    ];
    const batch = only(encodeRecordBatch([record('x', { headers })], { compression: 'none' }));
    expect(batch.records()[0]?.headers).toEqual(headers);
  });

  it('needs a record', () => {
    expect(() => encodeRecordBatch([], { compression: 'none' })).toThrow(RangeError);
  });
});

describe('RecordBatchBuilder', () => {
  it('refuses what would take the batch past its limit, and stays as it was', () => {
    const builder = new RecordBatchBuilder(200, 'none');
    let accepted = 0;
    while (builder.tryAppend(record('0123456789'), 5)) accepted++;
    const batch = builder.finish();
    expect(batch.length).toBeLessThanOrEqual(200);
    expect(batch.length + 17).toBeGreaterThan(200);
    expect(only(batch).records()).toHaveLength(accepted);
  });

  it('takes a first record of any size', () => {
    const builder = new RecordBatchBuilder(100, 'none');
    const large = 'x'.repeat(100_000);
    expect(builder.tryAppend(record(large), 5)).toBe(true);
    expect(builder.tryAppend(record('y'), 5)).toBe(false);
    expect(only(builder.finish()).records()[0]?.value?.toString()).toBe(large);
  });

  it('grows with its records and starts anew after a reset', () => {
    const builder = new RecordBatchBuilder(1_000_000, 'none');
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 1000; index++)
        builder.tryAppend(record(`${round}-${index}`.padEnd(100)), index);
      const records = only(builder.finish()).records();
      expect(records).toHaveLength(1000);
      expect(records[999]).toMatchObject({ offset: 999, timestamp: 999 });
      expect(records[999]?.value?.toString().trim()).toBe(`${round}-999`);
      builder.reset();
    }
  });
});

describe('decodeRecordBatches', () => {
  const one = encodeRecordBatch([record('a'), record('b'), record('c')], { compression: 'none' });
  const at = (offset: bigint): Buffer => {
    const copy = Buffer.from(one);
    copy.writeBigInt64BE(offset);
    return copy;
  };

  it('reads batches behind each other and leaves a cut off one to the next fetch', () => {
    const bytes = Buffer.concat([at(10n), at(13n), at(16n)]);
    expect(decode(bytes).map((batch) => batch.records().map((each) => each.offset))).toEqual([
      [10, 11, 12],
      [13, 14, 15],
      [16, 17, 18],
    ]);
    for (let cut = 1; cut < one.length; cut++) {
      expect(decode(bytes.subarray(0, bytes.length - cut)).map((batch) => batch.baseOffset)).toEqual([
        10, 13,
      ]);
    }
  });

  it('starts inside a batch where it is asked to', () => {
    expect(
      only(at(10n))
        .records(11)
        .map((each) => each.offset),
    ).toEqual([11, 12]);
  });

  it('notices every changed byte that the checksum covers', () => {
    for (let index = 21; index < one.length; index++) {
      const bad = at(42n);
      bad.writeUInt8(bad.readUInt8(index) ^ 0x40, index);
      expect(() => decode(bad)).toThrow(/orders-3 at offset 42: the record batch is corrupt: checksum/);
    }
  });

  it('hands over the batches before a corrupt one', () => {
    const bad = at(13n);
    bad.writeUInt8(1, 70);
    const seen: number[] = [];
    expect(() => {
      decodeRecordBatches(Buffer.concat([at(10n), bad]), SOURCE, (batch) => seen.push(batch.baseOffset));
    }).toThrow('orders-3 at offset 13');
    expect(seen).toEqual([10]);
  });

  it('refuses lengths that cannot be', () => {
    const negative = at(7n);
    negative.writeInt32BE(-100, 8);
    expect(() => decode(negative)).toThrow(
      'orders-3 at offset 7: a record batch cannot have the length -100',
    );
    const tooShort = at(7n);
    tooShort.writeInt32BE(20, 8);
    expect(() => decode(tooShort)).toThrow('cannot have the length 20');
  });

  it('refuses records whose lengths contradict each other, though the checksum is right', () => {
    const longer = forge(one, (copy) => copy.writeUInt8(copy.readUInt8(61) + 2, 61));
    expect(() => only(longer).records()).toThrow(/does not have the length/);
    const fewer = forge(one, (copy) => copy.writeInt32BE(2, 57));
    expect(() => only(fewer).records()).toThrow('bytes after its last record');
    const more = forge(one, (copy) => copy.writeInt32BE(4, 57));
    expect(() => only(more).records()).toThrow('corrupt');
  });

  it.each([0, 1])('refuses message format v%d, saying what to do', (magic) => {
    const old = at(5n);
    old.writeInt8(magic, 16);
    expect(() => decode(old)).toThrow(
      `orders-3 at offset 5: records of message format v${magic} are not supported`,
    );
  });

  it('refuses offsets a number cannot hold', () => {
    expect(() => decode(at(2n ** 53n))).toThrow('orders-3 at offset 9007199254740992: an offset');
    expect(only(at(2n ** 53n - 3n)).lastOffset).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('refuses a codec that no Kafka has', () => {
    const compressed = forge(one, (copy) => copy.writeInt16BE(6, 21));
    expect(() => only(compressed).records()).toThrow(
      'orders-3 at offset 0: compression codec 6 is not supported',
    );
  });

  it('refuses a batch that no memory would bear, for good', () => {
    const bomb = zstdCompressSync(Buffer.alloc(256 * 1024 * 1024 + 1));
    const batch = forge(Buffer.concat([one.subarray(0, 61), bomb]), (copy) => {
      copy.writeInt16BE(4, 21);
      copy.writeInt32BE(copy.length - 12, 8);
    });
    expect(() => only(batch).records()).toThrow(UnsupportedRecordError);
    expect(() => only(batch).records()).toThrow('more than 268435456 bytes when decompressed');
  });

  it('reads zstd', () => {
    const packed = zstdCompressSync(one.subarray(61));
    const batch = forge(Buffer.concat([one.subarray(0, 61), packed]), (copy) => {
      copy.writeInt16BE(4, 21);
      copy.writeInt32BE(copy.length - 12, 8);
    });
    expect(only(batch).records()).toEqual(only(one).records());
  });

  it.each([
    [1, 'gzip'],
    [2, 'snappy'],
    [3, 'lz4'],
    [4, 'zstd'],
  ])('of codec %d says that it failed on bytes that are not compressed', (id, name) => {
    const batch = forge(one, (copy) => copy.writeInt16BE(id, 21));
    expect(() => only(batch).records()).toThrow(CorruptRecordError);
    expect(() => only(batch).records()).toThrow(`its ${name} data cannot be decompressed`);
  });

  it('gives all records the append time where the broker sets it', () => {
    const appended = forge(one, (copy) => {
      copy.writeInt16BE(8, 21);
      copy.writeBigInt64BE(1234n, 35);
    });
    const batch = only(appended);
    expect(batch.timestampType).toBe('LogAppendTime');
    expect(batch.records().map((each) => each.timestamp)).toEqual([1234, 1234, 1234]);
  });

  it.each([
    ['abort', 0],
    ['commit', 1],
    ['other', 3],
  ] as const)('surfaces a marker: %s', (control, type) => {
    const key = Buffer.from([0, 0, 0, type]);
    const producer = { producerId: 9, producerEpoch: 1, baseSequence: -1, transactional: true };
    const marker = encodeRecordBatch([record('', { key })], { compression: 'none', producer });
    const batch = only(forge(marker, (copy) => copy.writeInt16BE(0x30, 21)));
    expect(batch).toMatchObject({ control, producerId: 9, transactional: true });
  });

  it('reads a batch that compaction has emptied', () => {
    const empty = forge(one.subarray(0, 61), (copy) => {
      copy.writeInt32BE(49, 8);
      copy.writeInt32BE(0, 57);
    });
    expect(only(empty).records()).toEqual([]);
    expect(only(empty).lastOffset).toBe(2);
  });
});
