import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { CompressedDataError, DecompressionLimitError } from './compression-errors.ts';
import { compressLz4, decompressLz4 } from './lz4-frame.ts';
import { compressSnappy, decompressSnappy } from './snappy-stream.ts';

/** Codecs of record batches, as `compression.type` names them; their places are their ids in the batch attributes. */
export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export type Codec = (typeof CODECS)[number];

/** All but none. */
export type Compression = Exclude<Codec, 'none'>;

/**
 * Plain bytes that a batch may have: a few hundred times a batch of 1 MB, which is what well-meant repetition comes to, and what a
 * worker's memory bears.
 */
const LARGEST_PLAIN = 256 * 1024 * 1024;

/** The codec a batch says it is compressed with; undefined for an id that no Kafka release has. */
export function codecOf(id: number): Codec | undefined {
  return CODECS[id];
}

/** The attribute bits of a codec. */
export function codecId(codec: Codec): number {
  return CODECS.indexOf(codec);
}

/** `level`: that of gzip or zstd, undefined for its default; snappy and lz4 have none. */
export function compress(codec: Compression, bytes: Uint8Array, level: number | undefined): Buffer {
  switch (codec) {
    case 'gzip':
      return gzipSync(bytes, level === undefined ? {} : { level });
    case 'snappy':
      return compressSnappy(bytes);
    case 'lz4':
      return compressLz4(bytes);
    case 'zstd':
      return zstdCompressSync(
        bytes,
        level === undefined ? {} : { params: { [constants.ZSTD_c_compressionLevel]: level } },
      );
  }
}

/**
 * The records part of a compressed batch as plain bytes. Throws CompressedDataError for bytes that are not of the codec,
 * DecompressionLimitError for those that would become more than `limit`.
 */
export function decompress(codec: Compression, bytes: Buffer, limit = LARGEST_PLAIN): Buffer {
  switch (codec) {
    case 'gzip':
      return decompressZlib(gunzipSync, bytes, limit);
    case 'snappy':
      return decompressSnappy(bytes, limit);
    case 'lz4':
      return decompressLz4(bytes, limit);
    case 'zstd':
      return decompressZlib(zstdDecompressSync, bytes, limit);
  }
}

function decompressZlib(
  decompressor: (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer,
  bytes: Buffer,
  limit: number,
): Buffer {
  try {
    return decompressor(bytes, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw new DecompressionLimitError(limit, error);
    throw new CompressedDataError(error instanceof Error ? error.message : String(error), error);
  }
}
