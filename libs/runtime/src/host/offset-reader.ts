import type { OffsetStorageReader } from '@millrace/connect-api';
import type { OffsetBackingStore } from '@millrace/topic-stores';

/** The committed offsets of one connector, as its plugin reads them. */
export function offsetReader(
  connector: string,
  store: () => Promise<OffsetBackingStore>,
): OffsetStorageReader {
  return {
    async offset(partition) {
      const [offset] = await (await store()).get(connector, [partition]);
      return offset ?? null;
    },
    async offsets(partitions) {
      return (await store()).get(connector, partitions);
    },
  };
}
