import type { Transition } from '../history/history-event.ts';
import { transition } from './transition.ts';
import type { StallChange } from './worker-readings.ts';

/**
 * Stalls that begin or end, as one event, since one record tells of all tasks of a worker: `STALLED` when one began, else `ENDED`. It is
 * about a connector or task where all of them are the same, and the detail names each.
 */
export function stallTransition(worker: string, { begun, ended }: StallChange): Transition | null {
  const all = [...begun, ...ended];
  const [first] = all;
  if (first === undefined) {
    return null;
  }
  const connector = all.every((stall) => stall.connector === first.connector) ? first.connector : null;
  const task = connector !== null && all.every((stall) => stall.task === first.task) ? first.task : null;
  return transition('stall', begun.length > 0 ? 'STALLED' : 'ENDED', {
    worker,
    connector,
    task,
    detail: { begun, ended },
  });
}
