/** `status-request-<uuid>` (design section 4): something that one worker is to do. */
export interface RequestRecord {
  readonly op: string;
  /** `owner:<connector>` or `owner:<connector>-<task>`, `worker:<id>`, `plugin:<class>`. */
  readonly to: string;
  readonly args: unknown;
  /** Config offset that whoever acts must have read up to; -1 for any. */
  readonly after: number;
  /** Milliseconds since the epoch; nobody acts on it later. */
  readonly deadline: number;
}

/** `status-answer-<uuid>`. */
export interface AnswerRecord {
  /** Worker that acted. */
  readonly worker: string;
  /** As an HTTP status. */
  readonly code: number;
  readonly body: unknown;
}

/** null where the record is none. */
export function requestRecordOf(value: unknown): RequestRecord | null {
  const fields = fieldsOf(value);
  const {
    op,
    to,
    args = null,
    after = -1,
    deadline,
  } = fields as Partial<Record<keyof RequestRecord, unknown>>;
  return typeof op === 'string' &&
    typeof to === 'string' &&
    typeof after === 'number' &&
    typeof deadline === 'number'
    ? { op, to, args, after, deadline }
    : null;
}

/** null where the record is none. */
export function answerRecordOf(value: unknown): AnswerRecord | null {
  const { worker, code, body = null } = fieldsOf(value) as Partial<Record<keyof AnswerRecord, unknown>>;
  return typeof worker === 'string' && typeof code === 'number' ? { worker, code, body } : null;
}

function fieldsOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
