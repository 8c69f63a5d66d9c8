import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { murmur2, partitionForKey } from '../../src/records/murmur2.ts';

interface Vector {
  readonly key: string;
  readonly murmur2: number;
  readonly partitionOf25: number;
}

const fixture = new URL('../../../../test/fixtures/connect-4.3.1/offset-keys.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(fixture, 'utf8')) as { readonly vectors: readonly Vector[] };

describe('murmur2', () => {
  it.each(vectors.map((vector) => [vector.key, vector] as const))(
    'hashes %s as the JVM does',
    (key, vector) => {
      expect(murmur2(Buffer.from(key))).toBe(vector.murmur2);
      expect(partitionForKey(Buffer.from(key), 25)).toBe(vector.partitionOf25);
    },
  );

  // From the Java client's own unit test.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ])('hashes %s with any number of bytes left over', (key, expected) => {
    expect(murmur2(Buffer.from(key))).toBe(expected);
  });
});
