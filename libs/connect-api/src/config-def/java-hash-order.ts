/**
 * The order in which a java.util.HashMap (or HashSet) gives these keys out when they were put in one after the other. The JVM's
 * REST answers and messages show it in places: the keys of a converter's validation, printed maps, sets of allowed values.
 * `copied`: the map was made as a copy of another, which makes a smaller table.
 */
export function javaHashOrder(keys: Iterable<string>, origin: 'filled' | 'copied' = 'filled'): string[] {
  const distinct = [...new Set(keys)];
  const least = origin === 'copied' ? Math.floor(distinct.length / 0.75 + 1) : 16;
  let capacity = 1;
  while (capacity < least || distinct.length > capacity * 0.75) {
    capacity *= 2;
  }
  // Buckets keep insertion order, also when the table grows; a stable sort does the same.
  return distinct
    .map((key) => ({ key, bucket: spread(javaHash(key)) & (capacity - 1) }))
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ key }) => key);
}

/** java.lang.String.hashCode. */
function javaHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  }
  return hash;
}

function spread(hash: number): number {
  return hash ^ (hash >>> 16);
}
