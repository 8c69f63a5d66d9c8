import { ConnectError } from '@millrace/connect-api';
import { monotonicMs } from './monotonic.ts';

/** The worker may no longer be a member of its group, so nothing may be sent or committed (design invariant 4). */
export class LeaseExpiredError extends ConnectError {
  override readonly code = 'LEASE_EXPIRED';
}

/** A host's right to write, renewed by every successful group heartbeat of its worker. */
export class Lease {
  readonly #now: () => number;
  #deadline = Number.NEGATIVE_INFINITY;
  #waiting: (() => void)[] = [];

  constructor(now: () => number = monotonicMs) {
    this.#now = now;
  }

  /** Extends the lease to a moment of the machine's monotonic clock. */
  renew(deadline: number): void {
    this.#deadline = deadline;
    if (this.valid) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resolve of waiting) {
        resolve();
      }
    }
  }

  get valid(): boolean {
    return this.#now() < this.#deadline;
  }

  /** Resolves once the lease is valid: at once, or when it is renewed. */
  whenValid(): Promise<void> {
    return this.valid ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Called before each produce request and offset commit; throws LeaseExpiredError when the lease is over. */
  readonly check = (): void => {
    if (!this.valid) {
      throw new LeaseExpiredError(
        'The worker has not renewed its group membership in time; nothing more is written',
      );
    }
  };
}
