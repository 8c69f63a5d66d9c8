const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/**
 * The JVM client's hash of record keys, as a signed 32-bit number: 32-bit murmur2 with its seed
 * (`org.apache.kafka.common.utils.Utils.murmur2`; vectors in the fixture `offset-keys.json`).
 */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  const whole = length & ~3;
  let hash = SEED ^ length;
  for (let index = 0; index < whole; index += 4) {
    let word =
      (bytes[index] as number) |
      ((bytes[index + 1] as number) << 8) |
      ((bytes[index + 2] as number) << 16) |
      ((bytes[index + 3] as number) << 24);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> 24;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  if (whole < length) {
    for (let index = length - 1; index >= whole; index--)
      hash ^= (bytes[index] as number) << (8 * (index - whole));
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return hash ^ (hash >>> 15);
}

/** The partition the JVM's default partitioner gives a record with this key. */
export function partitionForKey(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}
