import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Codecs records can be written with. */
export type WriteCompression = 'none' | 'gzip' | 'zstd';

/** Codec ids of the batch attributes, by position. */
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export type Codec = (typeof CODECS)[number];

/** The codec a batch says it is compressed with; undefined for an id that no Kafka release has. */
export function codecOf(id: number): Codec | undefined {
  return CODECS[id];
}

/** The attribute bits of a codec. */
export function codecId(codec: WriteCompression): number {
  return CODECS.indexOf(codec);
}

/** `gzipLevel` as in zlib: 1 to 9, or -1 for the default. */
export function compress(
  codec: Exclude<WriteCompression, 'none'>,
  bytes: Uint8Array,
  gzipLevel: number,
): Buffer {
  return codec === 'gzip' ? gzipSync(bytes, { level: gzipLevel }) : zstdCompressSync(bytes);
}

/** The records part of a compressed batch as plain bytes; undefined for a codec that is not supported. */
export function decompress(codec: Exclude<Codec, 'none'>, bytes: Uint8Array): Buffer | undefined {
  switch (codec) {
    case 'gzip':
      return gunzipSync(bytes);
    case 'zstd':
      return zstdDecompressSync(bytes);
    case 'snappy':
    case 'lz4':
      return undefined;
  }
}
