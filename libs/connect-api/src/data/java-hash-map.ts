import { Decimal } from './decimal.ts';
import { Float32, Int16, Int32, Int8 } from './numbers.ts';
import type { ConnectValue, Schema, SchemaType } from './schema.ts';

/** Buckets of a HashMap made without a size. */
const DEFAULT_CAPACITY = 16;
const LOAD = 0.75;

export interface JavaMapOptions {
  /** The size the map is made with; one that is copied from another is made with {@link copyCapacity}. */
  readonly capacity?: number;
  /** Tells what a `number` among the keys is; without it, a double. */
  readonly keySchema?: Schema | null;
}

/**
 * A map in the order in which java.util.HashMap gives its entries out. The JVM keeps schemaless data in such maps, so this
 * order decides the bytes of a JSON key, and with them its partition (spec/transforms.md section 4, "Java map iteration
 * order").
 */
export function javaHashMap<K extends ConnectValue, V extends ConnectValue>(
  entries: Iterable<readonly [K, V]>,
  options: JavaMapOptions = {},
): Map<K, V> {
  const map = new Map<K, V>(entries);
  if (map.size < 2) {
    return map;
  }
  const order = javaHashOrderOf([...map.keys()], options);
  if (order === undefined) {
    return map;
  }
  const all = [...map];
  return new Map(order.flatMap((index) => all.slice(index, index + 1)));
}

/** The size of `new HashMap<>(otherMap)` for a map of so many entries (JDK 21). */
export function copyCapacity(entries: number): number {
  return entries === 0 ? DEFAULT_CAPACITY : powerOfTwo(Math.ceil(entries / LOAD));
}

/**
 * The order in which a HashMap gives out distinct keys that were put in one after the other, as indexes; undefined when that is
 * the given order, or a key is of a kind whose order is chance in Java (bytes) or too rare to follow (lists, maps, structs).
 */
export function javaHashOrderOf(
  keys: readonly ConnectValue[],
  { capacity = DEFAULT_CAPACITY, keySchema = null }: JavaMapOptions = {},
): readonly number[] | undefined {
  const mask = tableSize(keys.length, capacity) - 1;
  const buckets: number[] = [];
  let sorted = true;
  for (const key of keys) {
    const hash = javaHashCode(key, keySchema);
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

/** The value's `hashCode()` in Java; undefined for bytes, lists, maps and structs. */
export function javaHashCode(value: ConnectValue, schema: Schema | null = null): number | undefined {
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
    return floatHash(value.value);
  }
  if (typeof value === 'number') {
    return numberHash(value, schema?.type);
  }
  if (value instanceof Date) {
    return javaHashCode(BigInt(value.getTime()));
  }
  if (value instanceof Decimal) {
    return (Math.imul(31, bigIntegerHash(value.unscaled)) + value.scale) | 0;
  }
  return value === null ? 0 : undefined;
}

function numberHash(value: number, type: SchemaType | undefined): number {
  if (type === 'int8' || type === 'int16' || type === 'int32') {
    return value;
  }
  if (type === 'float32') {
    return floatHash(value);
  }
  BITS.setFloat64(0, value);
  return BITS.getInt32(0) ^ BITS.getInt32(4);
}

function floatHash(value: number): number {
  BITS.setFloat32(0, value);
  return BITS.getInt32(0);
}

const BITS = new DataView(new ArrayBuffer(8));

/** java.math.BigInteger.hashCode. */
function bigIntegerHash(value: bigint): number {
  const digits = (value < 0n ? -value : value).toString(16);
  let hash = 0;
  // Words of 32 bits, the first one shorter.
  for (let end = digits.length % 8 || 8, start = 0; start < digits.length; start = end, end += 8) {
    hash = (Math.imul(hash, 31) + Number.parseInt(digits.slice(start, end), 16)) | 0;
  }
  return value < 0n ? -hash : hash;
}

/** java.lang.String.hashCode. */
export function javaStringHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  }
  return hash;
}
