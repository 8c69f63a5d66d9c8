const TEXT = Buffer.from(
  Array.from({ length: 12 }, (_, index) => `order ${(index * 7919) % 1000} of customer ${index % 3};`).join(
    '',
  ),
);

/** The bytes by name. */
export const PLAIN = {
  none: Buffer.alloc(0),
  one: Buffer.from('a'),
  bytes: Buffer.from(Array.from({ length: 256 }, (_, index) => index * 167 + 13)),
  text: TEXT,
  rows: Buffer.alloc(100_000, TEXT),
};

/**
 * What other writers make of known bytes, base64. `kafka-*` are from kafka-clients 4.3.1 (snappy-java 1.1.10.7, lz4-java 1.10.2):
 * `Compression.of(type).build().wrapForOutput(buffer, (byte) 2)`, all bytes written at once; `snappy-bare` from
 * `org.xerial.snappy.Snappy.compress`; `lz4-checked` from lz4-java's LZ4FrameOutputStream with blocks of 256 KiB and all of
 * BLOCK_INDEPENDENCE, BLOCK_CHECKSUM, CONTENT_CHECKSUM, CONTENT_SIZE; `lz4-dependent` from Python's lz4 4.4.5,
 * `lz4.frame.compress(rows, block_size=BLOCKSIZE_MAX64KB, block_linked=True, content_checksum=True)`.
 */
export const WRITTEN_ELSEWHERE: readonly {
  readonly by: string;
  readonly codec: 'snappy' | 'lz4';
  readonly plain: keyof typeof PLAIN;
  readonly base64: string;
}[] = [
  {
    by: 'kafka-snappy',
    codec: 'snappy',
    plain: 'none',
    base64: 'glNOQVBQWQAAAAABAAAAAQ==',
  },
  {
    by: 'kafka-snappy',
    codec: 'snappy',
    plain: 'one',
    base64: 'glNOQVBQWQAAAAABAAAAAQAAAAMBAGE=',
  },
  {
    by: 'kafka-snappy',
    codec: 'snappy',
    plain: 'bytes',
    base64:
      'glNOQVBQWQAAAAABAAAAAQAAAQSAAvD/DbRbAqlQ955F7JM64Ygv1n0ky3IZwGcOtVwDqlH4n0btlDviiTDXfiXMcxrBaA+2' +
      'XQSrUvmgR+6VPOOKMdh/Js10G8JpELdeBaxT+qFI75Y95Isy2YAnznUcw2oRuF8GrVT7oknwlz7ljDPagSjPdh3EaxK5YAeu' +
      'VfyjSvGYP+aNNNuCKdB3HsVsE7phCK9W/aRL8plA54413IMq0Xgfxm0Uu2IJsFf+pUzzmkHojzbdhCvSeSDHbhW8YwqxWP+m' +
      'TfSbQumQN96FLNN6IchvFr1kC7JZAKdO9ZxD6pE434Yt1HsiyXAXvmUMs1oBqE/2nUTrkjnghy7VfCPKcRi/Zg==',
  },
  {
    by: 'kafka-snappy',
    codec: 'snappy',
    plain: 'text',
    base64:
      'glNOQVBQWQAAAAABAAAAAQAAAICeAkBvcmRlciAwIG9mIGN1c3RvbQEOADsJFgg5MTkyGAAAMQ0YCDgzODIYAAAyDRgINzU3' +
      'MhgAEUgINjc2MhgAEUgINTk1MhgAEUgINTE0MhgAEUgINDMzMhgAEUgIMzUyMhgAEUgIMjcxMhgAEUgEMTk28AARSAQxMDbw' +
      'AAQyOw==',
  },
  {
    by: 'kafka-lz4',
    codec: 'lz4',
    plain: 'none',
    base64: 'BCJNGGBAggAAAAA=',
  },
  {
    by: 'kafka-lz4',
    codec: 'lz4',
    plain: 'one',
    base64: 'BCJNGGBAggEAAIBhAAAAAA==',
  },
  {
    by: 'kafka-lz4',
    codec: 'lz4',
    plain: 'bytes',
    base64:
      'BCJNGGBAggABAIANtFsCqVD3nkXskzrhiC/WfSTLchnAZw61XAOqUfifRu2UO+KJMNd+JcxzGsFoD7ZdBKtS+aBH7pU844ox' +
      '2H8mzXQbwmkQt14FrFP6oUjvlj3kizLZgCfOdRzDahG4XwatVPuiSfCXPuWMM9qBKM92HcRrErlgB65V/KNK8Zg/5o0024Ip' +
      '0HcexWwTumEIr1b9pEvymUDnjjXcgyrReB/GbRS7YgmwV/6lTPOaQeiPNt2EK9J5IMduFbxjCrFY/6ZN9JtC6ZA33oUs03oh' +
      'yG8WvWQLslkAp071nEPqkTjfhi3UeyLJcBe+ZQyzWgGoT/adROuSOeCHLtV8I8pxGL9mAAAAAA==',
  },
  {
    by: 'kafka-lz4',
    codec: 'lz4',
    plain: 'text',
    base64:
      'BCJNGGBAgoAAAADwAm9yZGVyIDAgb2YgY3VzdG9tDgASOxYAOTkxORgAEzEYADk4MzgYABMyGAA5NzU3GAATMBgAOTY3NhgA' +
      'BEgAOTU5NRgABEgAOTUxNBgABEgAOTQzMxgABEgAOTM1MhgABEgAOTI3MRgABEgAKjE58AAESAAnMTDwAFBlciAyOwAAAAA=',
  },
  {
    by: 'kafka-lz4',
    codec: 'lz4',
    plain: 'rows',
    base64:
      'BCJNGGBAgowBAADwAm9yZGVyIDAgb2YgY3VzdG9tDgASOxYAOTkxORgAEzEYADk4MzgYABMyGAA5NzU3GAATMBgAOTY3NhgA' +
      'BEgAOTU5NRgABEgAOTUxNBgABEgAOTQzMxgABEgAOTM1MhgABEgAOTI3MRgABEgAKjE58AAESAAqMTDwAARIAAouAARGAA8e' +
      'Af//////////////////////////////////////////////////////////////////////////////////////////////' +
      '////////////////////////////////////////////////////////////////////////////////////////////////' +
      '////////////////////////////////////////////////////////////////////////////////////////////////' +
      '/////////////////////////////////////////////////////61Qc3RvbWUOAQAA8wxyIDE7b3JkZXIgODM4IG9mIGN1' +
      'c3RvbWVyIDIYADk3NTcYABMwGAA5Njc2GAAESAA5NTk1GAAESAA5NTE0GAAESAA5NDMzGAAESAA5MzUyGAAESAA5MjcxGAAE' +
      'SAA5MTkwGAAESAA5MTA5GAAESAAKLgAERgAqOTEuAARGAA8eAf//////////////////////////////////////////////' +
      '////////////////////////////////////////////////////////////////////////////////////////////////' +
      '///////////////////////////////////lUHN0b21lAAAAAA==',
  },
  {
    by: 'snappy-bare',
    codec: 'snappy',
    plain: 'text',
    base64:
      'ngJAb3JkZXIgMCBvZiBjdXN0b20BDgA7CRYIOTE5MhgAADENGAg4MzgyGAAAMg0YCDc1NzIYABFICDY3NjIYABFICDU5NTIY' +
      'ABFICDUxNDIYABFICDQzMzIYABFICDM1MjIYABFICDI3MTIYABFIBDE5NvAAEUgEMTA28AAEMjs=',
  },
  {
    by: 'lz4-checked',
    codec: 'lz4',
    plain: 'text',
    base64:
      'BCJNGHxQHgEAAAAAAABNgAAAAPACb3JkZXIgMCBvZiBjdXN0b20OABI7FgA5OTE5GAATMRgAOTgzOBgAEzIYADk3NTcYABMw' +
      'GAA5Njc2GAAESAA5NTk1GAAESAA5NTE0GAAESAA5NDMzGAAESAA5MzUyGAAESAA5MjcxGAAESAAqMTnwAARIACcxMPAAUGVy' +
      'IDI7z3LsvwAAAABpeh9K',
  },
  {
    by: 'lz4-dependent',
    codec: 'lz4',
    plain: 'rows',
    base64:
      'BCJNGExAoIYBAAAAAACYjAEAAPIHb3JkZXIgMCBvZiBjdXN0b21lciAwOxYAOTkxORgAEzEYADk4MzgYABMyGAA5NzU3GAAE' +
      'SAA5Njc2GAAESAA5NTk1GAAESAA5NTE0GAAESAA5NDMzGAAESAA5MzUyGAAESAA5MjcxGAAESAAqMTnwAARIACoxMPAABEgA' +
      'Ci4ABEYADx4B////////////////////////////////////////////////////////////////////////////////////' +
      '////////////////////////////////////////////////////////////////////////////////////////////////' +
      '////////////////////////////////////////////////////////////////////////////////////////////////' +
      '////////////////////////////////////////////////////////////////rVBzdG9tZZQAAAAG/v4P1v//////////' +
      '////////////////////////////////////////////////////////////////////////////////////////////////' +
      '//////////////////////////////////////////////////////////////////////////8FUHN0b21lAAAAAGdxKdM=',
  },
];
