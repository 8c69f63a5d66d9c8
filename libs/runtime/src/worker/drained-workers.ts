import type { StatusBackingStore } from '@millrace/topic-stores';

/** Ids of the workers that are to give up their work: `status-drain-<id>` `{"drain":true}`. */
export function drainedWorkers(store: StatusBackingStore): ReadonlySet<string> {
  const drained = [...store.allOwn('drain')].filter(
    ([, value]) => typeof value === 'object' && value !== null && 'drain' in value && value.drain === true,
  );
  return new Set(drained.map(([id]) => id));
}
