import { ConnectError } from '@millrace/connect-api';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import type { ClusterView } from './cluster/cluster-view.ts';
import { HistoryStore } from './history/history-store.ts';
import { Recorder } from './history/recorder.ts';
import type { StatusSettings } from './settings.ts';
import type { RecordSource } from './topics/record-source.ts';

/** The topics have not been read once since the start, so what is now is not known yet. */
export class NotCaughtUpError extends ConnectError {
  override readonly code = 'NOT_CAUGHT_UP';
  override readonly retriable = true;
}

export type HealthStatus = 'starting' | 'healthy' | 'stale';

export interface Health {
  readonly status: HealthStatus;
  readonly message: string;
  readonly staleMs: number;
}

export interface AggregatorOptions {
  readonly settings: Pick<StatusSettings, 'groupId' | 'configTopic' | 'statusTopic'>;
  /** Open; closed by `stop`. */
  readonly database: DataSource;
  readonly source: RecordSource;
  readonly logger: Logger;
  readonly now?: () => number;
}

/** Follows the config and status topics: the view of what is now, and the history of how it came about. */
export class Aggregator {
  readonly settings: AggregatorOptions['settings'];
  readonly history: HistoryStore;
  readonly #database: DataSource;
  readonly #source: RecordSource;
  readonly #recorder: Recorder;
  readonly #startedAt = performance.now();

  constructor({ settings, database, source, logger, now }: AggregatorOptions) {
    this.settings = settings;
    this.history = new HistoryStore(database);
    this.#database = database;
    this.#source = source;
    this.#recorder = new Recorder({
      history: this.history,
      configTopic: settings.configTopic,
      logger,
      now: now ?? Date.now,
    });
  }

  start(): void {
    this.#source.start(this.#recorder);
  }

  async stop(): Promise<void> {
    this.#recorder.stop();
    await this.#source.stop();
    await this.#database.destroy();
  }

  /** What is now; NotCaughtUpError until the topics have been read once. */
  view(): ClusterView {
    const { view } = this.#recorder;
    if (view === null) {
      throw new NotCaughtUpError(this.health().message);
    }
    return view;
  }

  /** Records read since the start. */
  get records(): number {
    return this.#recorder.records;
  }

  /** Transitions recorded since the start. */
  get events(): number {
    return this.#recorder.events;
  }

  /** How old what is shown may be, in milliseconds; 0 while the topics are being followed. */
  staleMs(): number {
    return this.#recorder.view === null
      ? Math.ceil(performance.now() - this.#startedAt)
      : this.#source.staleMs();
  }

  health(): Health {
    const staleMs = this.staleMs();
    const reason = this.#source.problem();
    if (this.#recorder.view === null) {
      const why =
        reason === null ? 'Reading the config and status topics.' : `They cannot be read: ${reason}`;
      return {
        status: 'starting',
        staleMs,
        message: `The topics have not been read to their ends yet. ${why}`,
      };
    }
    if (reason !== null) {
      return { status: 'stale', staleMs, message: `The config and status topics cannot be read: ${reason}` };
    }
    const { problem } = this.#recorder;
    if (problem !== null) {
      return { status: 'stale', staleMs, message: `The history cannot be written: ${problem}` };
    }
    return { status: 'healthy', staleMs, message: 'Following the config and status topics.' };
  }
}
