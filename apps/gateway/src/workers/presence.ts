/** What a worker has said of itself under `status-worker-<id>` (design section 4). */
export interface Presence {
  readonly incarnation: string | null;
  readonly version: string | null;
  readonly host: string | null;
  readonly startTime: number | null;
  readonly applied: number | null;
}

/** Reads the value of such a record; what it does not say is null. */
export function presenceOf(value: unknown): Presence {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >;
  const text = (key: string): string | null => {
    const field = fields[key];
    return typeof field === 'string' ? field : null;
  };
  const number = (key: string): number | null => {
    const field = fields[key];
    return typeof field === 'number' ? field : null;
  };
  return {
    incarnation: text('incarnation'),
    version: text('version'),
    host: text('host'),
    startTime: number('startTime'),
    applied: number('applied'),
  };
}
