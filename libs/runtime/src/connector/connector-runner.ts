import {
  toError,
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
  readonly report: Report;
  readonly logger: PluginLogger;
}

/** Runs a connector (WorkerConnector): started only while its target state is STARTED (spec/runtime.md sections 1 and 2). */
export class ConnectorRunner implements UnitRunner {
  readonly #options: ConnectorRunnerOptions;
  #initialised = false;
  #started = false;
  #failed = false;
  #ended = false;

  constructor(options: ConnectorRunnerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.setTargetState(this.#options.targetState);
  }

  async setTargetState(state: TargetState): Promise<void> {
    const { connector, report } = this.#options;
    if (state === 'STARTED') {
      await this.#startConnector();
    } else {
      await this.#stopConnector();
    }
    const kind = state === 'STARTED' ? 'running' : state === 'PAUSED' ? 'paused' : 'stopped';
    report({ kind, version: connector.version() });
  }

  /** Complete task configurations; throws what makes the connector FAILED. */
  async taskConfigs(): Promise<readonly Props[]> {
    const { name, connector, rules } = this.#options;
    if (!this.#started || this.#failed) {
      throw new Error(`Connector ${name} is not running`);
    }
    try {
      return taskConfigsOf(connector, await connector.taskConfigs(rules.tasksMax), rules);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#ended = true;
    await this.#stopConnector();
  }

  cancel(): void {
    this.#ended = true;
  }

  async #startConnector(): Promise<void> {
    const { connector, props } = this.#options;
    if (this.#started) {
      return;
    }
    if (!this.#initialised) {
      connector.initialize(this.#context());
      this.#initialised = true;
    }
    await connector.start(props);
    this.#started = true;
  }

  async #stopConnector(): Promise<void> {
    if (this.#started) {
      this.#started = false;
      await this.#options.connector.stop();
    }
  }

  #context(): SourceConnectorContext {
    const { logger, offsetStorageReader, report } = this.#options;
    return {
      logger,
      offsetStorageReader,
      requestTaskReconfiguration: () => {
        if (this.#started && !this.#ended) {
          report({ kind: 'reconfigure' });
        }
      },
      raiseError: (error) => {
        this.#fail(error);
      },
    };
  }

  #fail(error: unknown): void {
    if (!this.#failed && !this.#ended) {
      this.#failed = true;
      this.#options.report({ kind: 'failed', error: errorData(toError(error)) });
    }
  }
}
