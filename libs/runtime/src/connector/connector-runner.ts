import {
  RetriableError,
  type Connector,
  type OffsetStorageReader,
  type PluginLogger,
  type Props,
  type SourceConnectorContext,
} from '@millrace/connect-api';
import type { TargetState } from '@millrace/topic-stores';
import { errorData } from '../host/error-data.ts';
import type { Report, UnitRunner } from '../task/task-runner.ts';
import { taskConfigsOf, type TaskConfigRules } from './task-configs.ts';

export interface ConnectorRunnerOptions {
  readonly name: string;
  readonly connector: Connector;
  /** The configuration with references resolved. */
  readonly props: Props;
  readonly rules: TaskConfigRules;
  readonly targetState: TargetState;
  readonly offsetStorageReader: OffsetStorageReader;
  /** Releases what the reader holds; it may be used again. */
  readonly releaseOffsets: () => Promise<void>;
  readonly report: Report;
  readonly logger: PluginLogger;
}

const STATE_KINDS = { STARTED: 'running', PAUSED: 'paused', STOPPED: 'stopped' } as const;

/** Runs a connector (WorkerConnector): started only while its target state is STARTED (spec/runtime.md sections 1 and 2). */
export class ConnectorRunner implements UnitRunner {
  readonly #options: ConnectorRunnerOptions;
  #initialised = false;
  /** From the call of `start` to that of `stop`, whether `start` succeeded or not. */
  #begun = false;
  #failed = false;

  constructor(options: ConnectorRunnerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.setTargetState(this.#options.targetState);
  }

  async setTargetState(state: TargetState): Promise<void> {
    if (state === 'STARTED') {
      await this.#startConnector();
    } else {
      await this.stop();
    }
    this.#options.report({ kind: STATE_KINDS[state], version: this.#options.connector.version() });
  }

  /** Complete task configurations. What it throws makes the connector FAILED, a RetriableError excepted. */
  async taskConfigs(): Promise<readonly Props[]> {
    const { name, connector, rules } = this.#options;
    if (!this.#begun || this.#failed) {
      throw new Error(`Connector ${name} is not running`);
    }
    try {
      return taskConfigsOf(connector, await connector.taskConfigs(rules.tasksMax), rules);
    } catch (error) {
      if (!(error instanceof RetriableError)) {
        this.#fail(error);
      }
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (this.#begun) {
      this.#begun = false;
      try {
        await this.#options.connector.stop();
      } finally {
        await this.#options.releaseOffsets();
      }
    }
  }

  cancel(): void {
    // A connector writes nothing by itself; what it reports is dropped already.
  }

  async #startConnector(): Promise<void> {
    const { connector, props } = this.#options;
    if (this.#begun) {
      return;
    }
    if (!this.#initialised) {
      connector.initialize(this.#context());
      this.#initialised = true;
    }
    this.#begun = true;
    await connector.start(props);
  }

  #context(): SourceConnectorContext {
    const { logger, offsetStorageReader, report } = this.#options;
    return {
      logger,
      offsetStorageReader,
      requestTaskReconfiguration: () => {
        if (this.#begun) {
          report({ kind: 'reconfigure' });
        }
      },
      raiseError: (error) => {
        this.#fail(error);
      },
    };
  }

  #fail(error: unknown): void {
    if (!this.#failed) {
      this.#failed = true;
      this.#options.report({ kind: 'failed', error: errorData(error) });
    }
  }
}
