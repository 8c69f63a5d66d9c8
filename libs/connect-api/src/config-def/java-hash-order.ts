import { copyCapacity, javaHashOrderOf } from '../data/java-hash-map.ts';

/**
 * The order in which a java.util.HashMap (or HashSet) gives these keys out when they were put in one after the other. The JVM's
 * REST answers and messages show it in places: the keys of a converter's validation, printed maps, sets of allowed values.
 * `copied`: the map was made as a copy of another, which makes a smaller table.
 */
export function javaHashOrder(keys: Iterable<string>, origin: 'filled' | 'copied' = 'filled'): string[] {
  const distinct = [...new Set(keys)];
  const options = origin === 'copied' ? { capacity: copyCapacity(distinct.length) } : {};
  return javaHashOrderOf(distinct, options)?.flatMap((index) => distinct[index] ?? []) ?? distinct;
}
