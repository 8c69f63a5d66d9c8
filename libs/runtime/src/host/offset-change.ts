import type {
  Props,
  SinkConnector,
  SourceConnector,
  SourceOffset,
  SourcePartition,
} from '@millrace/connect-api';
import type { LoadedConnector } from '@millrace/plugins';

/** Offsets that somebody wants altered, as a connector's `alterOffsets` is shown them. */
export type OffsetChange =
  | {
      readonly type: 'source';
      readonly offsets: readonly {
        readonly partition: SourcePartition;
        readonly offset: SourceOffset | null;
      }[];
    }
  | {
      readonly type: 'sink';
      readonly offsets: readonly {
        readonly topic: string;
        readonly partition: number;
        readonly offset: number | null;
      }[];
    };

/** The plugin's say: true when nothing else is to be altered. Throws what it refuses with. */
export async function askAboutOffsets(
  loaded: LoadedConnector,
  props: Props,
  change: OffsetChange,
): Promise<boolean> {
  const connector = loaded.create();
  if (change.type === 'sink') {
    return (connector as SinkConnector).alterOffsets(props, change.offsets);
  }
  const offsets = new Map(change.offsets.map(({ partition, offset }) => [partition, offset]));
  return (connector as SourceConnector).alterOffsets(props, offsets);
}

const INT64 = /^-?\d+n$/;

/** A change as a request carries it: int64 as text that ends in `n`, since JSON would make doubles of them. null: it is none. */
export function offsetChangeOf(value: unknown): OffsetChange | null {
  if (typeof value !== 'object' || value === null || !('offsets' in value) || !Array.isArray(value.offsets)) {
    return null;
  }
  const type = 'type' in value ? value.type : undefined;
  return type === 'source' || type === 'sink' ? (withIntegers(value) as OffsetChange) : null;
}

function withIntegers(value: unknown): unknown {
  if (typeof value === 'string') {
    return INT64.test(value) ? BigInt(value.slice(0, -1)) : value;
  }
  if (Array.isArray(value)) {
    return value.map(withIntegers);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withIntegers(item)]))
    : value;
}
