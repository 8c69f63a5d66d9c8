/** What was asked of one connector, and what was answered. `value` is what the configuration held, or was to hold. */
export type ConnectorOperation = {
  /** When it was sent and answered; both from one clock. */
  readonly from: number;
  /** Infinity: the outcome is unknown, so that it may take effect at any time, or never. */
  readonly to: number;
} & (
  | { readonly kind: 'create'; readonly value: string; readonly outcome: 'done' | 'exists' | 'unknown' }
  | { readonly kind: 'put'; readonly value: string; readonly outcome: 'created' | 'replaced' | 'unknown' }
  | { readonly kind: 'patch'; readonly value: string; readonly outcome: 'done' | 'absent' | 'unknown' }
  | { readonly kind: 'delete'; readonly outcome: 'done' | 'absent' | 'unknown' }
  | { readonly kind: 'get'; readonly value: string | null }
);

/** A connector's configuration; null: there is none. */
type State = string | null;

/** The state after an operation; undefined when it could not have been answered so. */
function after(state: State, operation: ConnectorOperation): State | undefined {
  switch (operation.kind) {
    case 'get':
      return operation.value === state ? state : undefined;
    case 'create':
      if (operation.outcome === 'exists') {
        return state === null ? undefined : state;
      }
      return state === null ? operation.value : operation.outcome === 'unknown' ? state : undefined;
    case 'put':
      if (operation.outcome !== 'unknown' && (operation.outcome === 'created') !== (state === null)) {
        return undefined;
      }
      return operation.value;
    case 'patch':
      if (operation.outcome === 'absent') {
        return state === null ? null : undefined;
      }
      return state === null ? (operation.outcome === 'unknown' ? null : undefined) : operation.value;
    case 'delete':
      if (operation.outcome === 'absent') {
        return state === null ? null : undefined;
      }
      return operation.outcome === 'done' && state === null ? undefined : null;
  }
}

/**
 * Whether there is an order of the operations of one connector in which each, at one moment between being sent and being answered,
 * finds and leaves what its answer says (Wing and Gong's search, remembering what led nowhere). It begins with no connector.
 */
export function isLinearizable(operations: readonly ConnectorOperation[]): boolean {
  const ordered = operations.toSorted((a, b) => a.from - b.from);
  const deadEnds = new Set<string>();
  const search = (done: bigint, state: State): boolean => {
    const open = ordered.flatMap((operation, index) =>
      (done >> BigInt(index)) & 1n ? [] : [{ operation, index }],
    );
    // Whatever has no answer need not have happened.
    if (open.every(({ operation }) => operation.to === Infinity)) {
      return true;
    }
    const position = `${done.toString(36)} ${state ?? ''}`;
    if (deadEnds.has(position)) {
      return false;
    }
    const firstAnswer = Math.min(...open.map(({ operation }) => operation.to));
    // Most of what has no answer did not happen: trying it last keeps the search short.
    const inTurn = open.toSorted(
      (a, b) => Number(a.operation.to === Infinity) - Number(b.operation.to === Infinity),
    );
    for (const { operation, index } of inTurn) {
      const next = operation.from <= firstAnswer ? after(state, operation) : undefined;
      if (next !== undefined && search(done | (1n << BigInt(index)), next)) {
        return true;
      }
    }
    deadEnds.add(position);
    return false;
  };
  return search(0n, null);
}
