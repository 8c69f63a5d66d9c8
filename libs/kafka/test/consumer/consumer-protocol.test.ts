import { describe, expect, it } from 'vitest';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../src/consumer/consumer-protocol.ts';
import { KafkaError } from '../../src/errors.ts';

const hex = (text: string): Buffer => Buffer.from(text.replace(/[\s|]/g, ''), 'hex');

describe('a subscription', () => {
  it('is written as version 3 and read back', () => {
    const subscription = {
      topics: ['a', 'b'],
      userData: Buffer.from([1, 2]),
      owned: [
        { topic: 'a', partition: 0 },
        { topic: 'a', partition: 2 },
      ],
      generationId: 7,
      rackId: null,
    };
    const bytes = encodeSubscription(subscription);
    expect(bytes).toEqual(
      hex(
        '0003 | 00000002 0001 61 0001 62 | 00000002 0102 | 00000001 0001 61 00000002 00000000 00000002 | 00000007 | ffff',
      ),
    );
    expect(decodeSubscription(bytes)).toEqual(subscription);
  });

  it.each([
    ['0', '0000 00000001 0001 61 ffffffff', { owned: [], generationId: -1 }],
    [
      '1',
      '0001 00000001 0001 61 ffffffff 00000001 0001 61 00000001 00000003',
      { owned: [{ topic: 'a', partition: 3 }], generationId: -1 },
    ],
    ['2', '0002 00000001 0001 61 ffffffff 00000000 00000005', { owned: [], generationId: 5 }],
    [
      '9, with fields that nobody knows',
      '0009 00000001 0001 61 ffffffff 00000000 00000005 0001 72 abcdef',
      { owned: [], generationId: 5 },
    ],
  ])('of version %s is understood', (_version, bytes, expected) => {
    expect(decodeSubscription(hex(bytes))).toMatchObject({ topics: ['a'], userData: null, ...expected });
  });

  it.each(['', '00', 'ffff00000000', '0001 00000001 0005 61'])('is none when it is "%s"', (bytes) => {
    expect(() => decodeSubscription(hex(bytes))).toThrow(KafkaError);
  });
});

describe('an assignment', () => {
  it('is written and read back', () => {
    const partitions = [
      { topic: 'a', partition: 1 },
      { topic: 'b', partition: 0 },
    ];
    const bytes = encodeAssignment(partitions);
    expect(bytes).toEqual(
      hex('0003 | 00000002 0001 61 00000001 00000001 0001 62 00000001 00000000 | ffffffff'),
    );
    expect(decodeAssignment(bytes)).toEqual(partitions);
  });

  it('is empty when there are no bytes, as for a member that the leader left out', () => {
    expect(decodeAssignment(Buffer.alloc(0))).toEqual([]);
  });
});
