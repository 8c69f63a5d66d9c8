import type { TargetState } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { HostError } from '../host/error-data.ts';
import { HOST_GONE, type HostHandle } from '../host/host-handle.ts';
import { unitName, type HostRequest, type StopOutcome, type UnitRun } from '../host/messages.ts';
import type { UnitSpec } from './desired-units.ts';

/** How long a host may take beyond a stop's own time limit before it counts as hung. */
const HUNG_MARGIN_MS = 3_000;

/** One start of a unit in one host, from the request to its end. */
export class Life {
  readonly spec: UnitSpec;
  readonly run: number;
  readonly host: HostHandle;
  /** The target state it was last told. */
  targetState: TargetState;
  /** It has failed; nothing of it runs. */
  failed = false;
  stopping = false;

  constructor(spec: UnitSpec, run: number, host: HostHandle) {
    this.spec = spec;
    this.run = run;
    this.host = host;
    this.targetState = spec.targetState;
  }

  /** Whether what its host tells still counts. */
  get lives(): boolean {
    return !this.failed && !this.stopping;
  }

  /** Asks the host to start it. Rejects with what makes it FAILED, or with code HOST_GONE. */
  async start(): Promise<void> {
    const { connectorConfig, taskConfig, targetState } = this.spec;
    const unit = { ...this.#of(), connectorConfig, taskConfig, targetState };
    await this.host.request({ op: 'start', unit });
  }

  /** As {@link start}. */
  async setTargetState(state: TargetState): Promise<void> {
    this.targetState = state;
    await this.host.request({ op: 'target-state', unit: this.#of(), state });
  }

  async taskConfigs(): Promise<unknown> {
    return this.host.request({ op: 'task-configs', unit: this.#of() });
  }

  /** Stops it, within about `timeoutMs`: a host that does not even answer is ended. Never rejects. */
  async stop(timeoutMs: number, logger: Logger): Promise<StopOutcome> {
    this.stopping = true;
    const limitMs = timeoutMs + HUNG_MARGIN_MS;
    const watchdog = setTimeout(() => {
      this.host.kill(`${unitName(this.spec)} could not be stopped within ${limitMs} ms`);
    }, limitMs);
    try {
      const request: HostRequest = { op: 'stop', unit: this.#of(), timeoutMs };
      return (await this.host.request(request)) as StopOutcome;
    } catch (error) {
      if (isHostGone(error)) {
        return 'stopped';
      }
      logger.error({ err: error }, 'Its task host could not stop it');
      return 'cancelled';
    } finally {
      clearTimeout(watchdog);
    }
  }

  #of(): UnitRun {
    return { connector: this.spec.connector, task: this.spec.task, run: this.run };
  }
}

/** Whether a request was cut off because its host ended. */
export function isHostGone(error: unknown): boolean {
  return error instanceof HostError && error.code === HOST_GONE;
}
