import type { ConnectorType } from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';
import { nobodyAnswered, requireSuccess, type WorkerAsker } from '../workers/worker-requests.ts';
import type { OffsetChange, OffsetHook } from './offset-hook.ts';

export interface FallbackOffsetHookOptions {
  /** The connectors that the gateway has. */
  readonly own: OffsetHook;
  readonly ownTypeOf: (connectorClass: string) => ConnectorType;
  /** The class that a name or alias means: workers know their plugins by it. */
  readonly fullName: (connectorClass: string) => string;
  readonly workers: WorkerAsker;
}

const WORKER_LIMIT_MS = 30_000;

/** Asks the gateway's own plugin, and a worker where it has none. */
export class FallbackOffsetHook implements OffsetHook {
  readonly #options: FallbackOffsetHookOptions;

  constructor(options: FallbackOffsetHookOptions) {
    this.#options = options;
  }

  async alter(connector: string, config: Props, change: OffsetChange): Promise<boolean> {
    const { own, ownTypeOf, fullName, workers } = this.#options;
    const connectorClass = config['connector.class'] ?? '';
    if (ownTypeOf(connectorClass) !== 'unknown') {
      return own.alter(connector, config, change);
    }
    const answer = await workers.ask({
      op: 'alter-offsets',
      to: `plugin:${fullName(connectorClass)}`,
      args: { connector, change: asJson(change) },
      timeoutMs: WORKER_LIMIT_MS,
    });
    if (answer === null) {
      throw nobodyAnswered(`Asking connector ${connector} about its offsets`, WORKER_LIMIT_MS);
    }
    return isComplete(requireSuccess(answer).body);
  }
}

function isComplete(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'complete' in body && body.complete === true;
}

/** Integers of sources as text with an `n`, since JSON would make doubles of them. */
function asJson(change: OffsetChange): unknown {
  return JSON.parse(
    JSON.stringify(change, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
  );
}
