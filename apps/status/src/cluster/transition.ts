import type { EventKind, Transition } from '../history/history-event.ts';

const NOTHING: Omit<Transition, 'kind' | 'state'> = {
  connector: null,
  task: null,
  worker: null,
  previous: null,
  generation: null,
  version: null,
  trace: null,
  detail: null,
};

/** A transition of which only what applies is given. */
export function transition(
  kind: EventKind,
  state: string,
  rest: Partial<Omit<Transition, 'kind' | 'state'>>,
): Transition {
  return { ...NOTHING, ...rest, kind, state };
}
