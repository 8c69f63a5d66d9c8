import { toError } from '@millrace/connect-api';
import type { Logger } from 'pino';
import type { ConfigBackingStore } from '../config/config-backing-store.ts';
import type { StatusBackingStore } from '../status/status-backing-store.ts';
import { requestRecordOf, type AnswerRecord, type RequestRecord } from './request-records.ts';

/** What surrounds a request that is acted upon. */
export interface RequestContext {
  readonly id: string;
  readonly to: string;
  /** Milliseconds since the epoch: a later answer is of no use to anybody. */
  readonly deadline: number;
}

export interface ResponderOptions {
  /** Started by the caller, as `configStore`. */
  readonly store: StatusBackingStore;
  readonly configStore: Pick<ConfigBackingStore, 'snapshot' | 'read'>;
  readonly workerId: string;
  /** Whether this worker is the one that is meant now, e.g. owns the connector of `owner:X`; asked again while nobody acts. */
  readonly isFor: (to: string) => boolean;
  /** Does it. What it throws is answered as code 500. */
  readonly perform: (
    op: string,
    args: unknown,
    context: RequestContext,
  ) => Promise<{ readonly code: number; readonly body: unknown }>;
  readonly logger: Logger;
}

/** A request read after catch-up that nobody has answered. */
interface Open {
  readonly request: RequestRecord;
  acting: boolean;
}

const LOOK_AGAIN_MS = 200;
const SWEEP_EVERY_MS = 60_000;
/** Requests and answers of requesters that died are removed so long after the deadline. */
const LEFT_BEHIND_MS = 60_000;

/**
 * Acts on requests that are for this worker (design section 4, Requests): read after catch-up, before their deadline, and once the
 * config topic has been read as far as they say. Where nobody is meant yet, since the group is rebalancing, it looks again
 * until the deadline.
 */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #open = new Map<string, Open>();
  #lookAgain: NodeJS.Timeout | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #started = false;

  constructor(options: ResponderOptions) {
    this.#options = options;
    options.store.addListener({
      onOwn: (kind, id, value, { replayed }) => {
        if (kind === 'request' && value === null) {
          this.#open.delete(id);
        } else if (kind === 'request' && this.#started && !replayed) {
          this.#onRequest(id, value);
        } else if (kind === 'answer' && value !== null) {
          this.#open.delete(id);
        }
      },
    });
  }

  start(): void {
    this.#started = true;
    this.#sweeper = setInterval(() => {
      this.#sweep();
    }, SWEEP_EVERY_MS).unref();
  }

  /** Acts on nothing new; what is being done is still answered. */
  stop(): void {
    this.#started = false;
    clearInterval(this.#sweeper);
    clearTimeout(this.#lookAgain);
    this.#lookAgain = undefined;
  }

  #onRequest(id: string, value: unknown): void {
    const request = requestRecordOf(value);
    if (request === null) {
      this.#options.logger.warn({ request: id }, 'Skipped a malformed request');
      return;
    }
    this.#open.set(id, { request, acting: false });
    this.#look();
  }

  #look(): void {
    for (const [id, open] of this.#open) {
      if (open.request.deadline <= Date.now()) {
        this.#open.delete(id);
      } else if (!open.acting && this.#options.isFor(open.request.to)) {
        open.acting = true;
        void this.#act(id, open);
      }
    }
    if (this.#started && this.#lookAgain === undefined && this.#someoneWaits()) {
      this.#lookAgain = setTimeout(() => {
        this.#lookAgain = undefined;
        this.#look();
      }, LOOK_AGAIN_MS);
    }
  }

  #someoneWaits(): boolean {
    return [...this.#open.values()].some(({ acting }) => !acting);
  }

  async #act(id: string, open: Open): Promise<void> {
    const { store, workerId, perform, isFor, logger } = this.#options;
    const { op, to, args, deadline } = open.request;
    try {
      await this.#readConfigs(open.request);
    } catch (error) {
      logger.warn(
        { request: id, op, err: error },
        'A request is not acted upon: the config topic cannot be read',
      );
      return;
    }
    if (!this.#open.has(id) || !isFor(to)) {
      open.acting = false;
      return;
    }
    let answer: AnswerRecord;
    try {
      answer = { worker: workerId, ...(await perform(op, args, { id, to, deadline })) };
    } catch (error) {
      logger.error({ request: id, op, err: error }, 'A request failed');
      answer = { worker: workerId, code: 500, body: { message: toError(error).message } };
    }
    // Its requester may have given up: an answer would only have to be removed again.
    if (this.#open.delete(id) && deadline > Date.now()) {
      store.putOwn('answer', id, answer);
    }
  }

  async #readConfigs({ after, deadline }: RequestRecord): Promise<void> {
    const { configStore } = this.#options;
    if (configStore.snapshot().offset < after) {
      await configStore.read(Math.max(deadline - Date.now(), 1));
    }
  }

  /** Requests are removed by who made them; those of the dead by any responder, and answers nobody fetched. */
  #sweep(): void {
    const { store } = this.#options;
    const latest = Date.now() - LEFT_BEHIND_MS;
    const requests = store.allOwn('request');
    for (const [id, value] of requests) {
      if ((requestRecordOf(value)?.deadline ?? 0) < latest) {
        store.putOwn('request', id, null);
      }
    }
    for (const id of store.allOwn('answer').keys()) {
      if (!requests.has(id)) {
        store.putOwn('answer', id, null);
      }
    }
  }
}
