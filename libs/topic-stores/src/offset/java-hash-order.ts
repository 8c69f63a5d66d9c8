/**
 * The order in which a java.util.HashMap with its default capacity, filled in the order of `keys`, gives its keys back: by
 * bucket, and within one in the order of insertion (spec/topics.md section 3).
 */
export function javaHashOrder(keys: readonly string[]): readonly string[] {
  let capacity = 16;
  while (keys.length > capacity * 0.75) {
    capacity *= 2;
  }
  return keys
    .map((key, index) => ({ key, index, bucket: spread(javaHashCode(key)) & (capacity - 1) }))
    .sort((a, b) => a.bucket - b.bucket || a.index - b.index)
    .map(({ key }) => key);
}

function spread(hash: number): number {
  return hash ^ (hash >>> 16);
}

/** String.hashCode: over UTF-16 units, in 32 bits. */
function javaHashCode(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  }
  return hash;
}
