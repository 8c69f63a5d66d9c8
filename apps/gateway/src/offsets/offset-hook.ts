import type { Props } from '@millrace/topic-stores';
import type { RequestedOffset } from './source-offsets.ts';
import type { SinkOffset } from './sink-offsets.ts';

/** What a connector's `alterOffsets` is asked about. */
export type OffsetChange =
  | { readonly type: 'source'; readonly offsets: readonly RequestedOffset[] }
  | { readonly type: 'sink'; readonly offsets: readonly SinkOffset[] };

/** The plugin's say before offsets are written. */
export interface OffsetHook {
  /**
   * True when offsets that the connector keeps elsewhere were altered too, or there are none. Throws what the plugin refuses
   * with, as OperationFailedError; RequestTimedOutError when there is nobody to ask.
   */
  alter(connector: string, config: Props, change: OffsetChange): Promise<boolean>;
}
