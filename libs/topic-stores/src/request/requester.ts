import { randomUUID } from 'node:crypto';
import { RequestTimeoutError } from '../errors.ts';
import type { StatusBackingStore } from '../status/status-backing-store.ts';
import { answerRecordOf, type AnswerRecord, type RequestRecord } from './request-records.ts';

export interface Request {
  readonly op: string;
  /** `owner:<connector>` or `owner:<connector>-<task>`, `worker:<id>`, `plugin:<class>`. */
  readonly to: string;
  /** JSON; nothing secret. */
  readonly args: unknown;
  /** Config offset that whoever acts must have read up to. */
  readonly after?: number;
  readonly timeoutMs: number;
}

export interface RequesterOptions {
  /** Started by the caller. */
  readonly store: StatusBackingStore;
}

interface Asked {
  readonly resolve: (answer: AnswerRecord) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Late answers to so many requests that timed out are still removed. */
const REMEMBERED = 1_000;

/**
 * Asks workers through the status topic (design section 4, Requests). It removes the request and the answer when it is over,
 * an answer that comes too late included; what it leaves behind when it dies, responders remove.
 */
export class Requester {
  readonly #store: StatusBackingStore;
  readonly #asked = new Map<string, Asked>();
  readonly #over = new Set<string>();

  constructor({ store }: RequesterOptions) {
    this.#store = store;
    store.addListener({
      onOwn: (kind, id, value) => {
        if (kind === 'answer' && value !== null) {
          this.#onAnswer(id, value);
        }
      },
    });
  }

  /** The answer of the worker that acted. Throws RequestTimeoutError. */
  ask(request: Request): Promise<AnswerRecord> {
    const { op, to, args, after = -1, timeoutMs } = request;
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end(id);
        reject(new RequestTimeoutError(op, to, timeoutMs));
      }, timeoutMs);
      this.#asked.set(id, { resolve, reject, timer });
      const record: RequestRecord = { op, to, args, after, deadline: Date.now() + timeoutMs };
      this.#store.putOwn('request', id, record);
    });
  }

  #onAnswer(id: string, value: unknown): void {
    const asked = this.#asked.get(id);
    if (asked !== undefined) {
      this.#end(id);
      const answer = answerRecordOf(value) ?? { worker: '', code: 500, body: value };
      asked.resolve(answer);
      this.#store.putOwn('answer', id, null);
    } else if (this.#over.has(id)) {
      this.#store.putOwn('answer', id, null);
    }
  }

  #end(id: string): void {
    clearTimeout(this.#asked.get(id)?.timer);
    this.#asked.delete(id);
    this.#store.putOwn('request', id, null);
    this.#over.add(id);
    const [oldest] = this.#over;
    if (this.#over.size > REMEMBERED && oldest !== undefined) {
      this.#over.delete(oldest);
    }
  }
}
