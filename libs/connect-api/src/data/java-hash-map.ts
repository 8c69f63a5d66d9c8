import { Float32, Int16, Int32, Int8 } from './numbers.ts';
import type { ConnectValue } from './schema.ts';

/** Buckets of a HashMap made without a size. */
const DEFAULT_CAPACITY = 16;
const LOAD = 0.75;

/**
 * A map in the order in which java.util.HashMap gives its entries out. The JVM keeps schemaless data in such maps, so this
 * order decides the bytes of a JSON key, and with them its partition (spec/transforms.md section 4, "Java map iteration
 * order"). `capacity`: the size the map is made with; one that is copied from another is made with `copyCapacity`.
 */
export function javaHashMap(
  entries: Iterable<readonly [ConnectValue, ConnectValue]>,
  capacity = DEFAULT_CAPACITY,
): Map<ConnectValue, ConnectValue> {
  const map = new Map<ConnectValue, ConnectValue>(entries);
  if (map.size < 2) {
    return map;
  }
  const keys = [...map.keys()];
  const order = javaHashOrderOf(keys, capacity);
  if (order === undefined) {
    return map;
  }
  const ordered = new Map<ConnectValue, ConnectValue>();
  for (const index of order) {
    const key = keys[index] ?? null;
    ordered.set(key, map.get(key) ?? null);
  }
  return ordered;
}

/** The size of `new HashMap<>(otherMap)` for a map of so many entries (JDK 21). */
export function copyCapacity(entries: number): number {
  return powerOfTwo(Math.max(1, Math.ceil(entries / LOAD)));
}

/**
 * The order in which a HashMap gives out distinct keys that were put in one after the other, as indexes; undefined when that is
 * the given order, or a key is of a kind whose order Java leaves to chance (bytes, structs).
 */
export function javaHashOrderOf(
  keys: readonly ConnectValue[],
  capacity = DEFAULT_CAPACITY,
): readonly number[] | undefined {
  const mask = tableSize(keys.length, capacity) - 1;
  const buckets: number[] = [];
  let sorted = true;
  for (const key of keys) {
    const hash = javaHashCode(key);
    if (hash === undefined) {
      return undefined;
    }
    const bucket = (hash ^ (hash >>> 16)) & mask;
    sorted &&= bucket >= (buckets.at(-1) ?? 0);
    buckets.push(bucket);
  }
  if (sorted) {
    return undefined;
  }
  // Within a bucket the order of insertion stays, also when the table grows: a stable sort does the same.
  return keys.map((_key, index) => index).sort((a, b) => (buckets[a] ?? 0) - (buckets[b] ?? 0));
}

function tableSize(entries: number, capacity: number): number {
  let size = powerOfTwo(Math.max(1, capacity));
  while (entries > Math.floor(size * LOAD)) {
    size *= 2;
  }
  return size;
}

function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(least));
}

/** The value's `hashCode()` in Java; undefined where that is another one in every process, or not worth computing. */
export function javaHashCode(value: ConnectValue): number | undefined {
  if (typeof value === 'string') {
    return javaStringHash(value);
  }
  if (typeof value === 'bigint') {
    return Number(BigInt.asIntN(32, value ^ (value >> 32n)));
  }
  if (typeof value === 'boolean') {
    return value ? 1231 : 1237;
  }
  if (value instanceof Int8 || value instanceof Int16 || value instanceof Int32) {
    return value.value;
  }
  if (value instanceof Float32) {
    BITS.setFloat32(0, value.value);
    return BITS.getInt32(0);
  }
  if (typeof value === 'number') {
    BITS.setFloat64(0, value);
    return BITS.getInt32(0) ^ BITS.getInt32(4);
  }
  if (value instanceof Date) {
    return javaHashCode(BigInt(value.getTime()));
  }
  return value === null ? 0 : undefined;
}

const BITS = new DataView(new ArrayBuffer(8));

/** java.lang.String.hashCode. */
export function javaStringHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  }
  return hash;
}
