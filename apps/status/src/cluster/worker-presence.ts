/** A worker's own words about itself (design section 4, worker's presence); what it does not say is null. */
export interface WorkerPresence {
  /** Differs for every process. */
  readonly incarnation: string | null;
  readonly version: string | null;
  readonly host: string | null;
  /** Milliseconds since the epoch. */
  readonly startTime: number | null;
  /** The config offset that it has acted upon. */
  readonly applied: number | null;
}

/** Reads the value of a `status-worker-` record; null for a tombstone and for what is no object. */
export function workerPresence(value: unknown): WorkerPresence | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return null;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  return {
    incarnation: text(fields['incarnation']),
    version: text(fields['version']),
    host: text(fields['host']),
    startTime: integer(fields['startTime']),
    applied: integer(fields['applied']),
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function integer(value: unknown): number | null {
  return Number.isSafeInteger(value) ? (value as number) : null;
}
