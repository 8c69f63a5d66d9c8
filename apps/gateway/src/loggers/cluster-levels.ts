import type { ConfigBackingStore } from '@millrace/topic-stores';
import { levelNamed, type LogLevels } from './log-levels.ts';

/** Levels that are set for the whole cluster are this gateway's too (KIP-976). */
export function obeyClusterLevels(store: Pick<ConfigBackingStore, 'addListener'>, levels: LogLevels): void {
  store.addListener({
    onLoggerLevelUpdate: (namespace, text) => {
      const level = levelNamed(text);
      if (level !== undefined) {
        levels.set(namespace, level);
      }
    },
  });
}
