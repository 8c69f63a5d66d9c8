import { ConnectError, type Connector, type PluginLogger, type Props } from '@millrace/connect-api';

/** How a connector's own task configurations are completed and checked (spec/runtime.md section 2). */
export interface TaskConfigRules {
  readonly tasksMax: number;
  /** `tasks.max.enforce`: more configurations than `tasks.max` are an error, else a warning. */
  readonly enforce: boolean;
  /** `topics` and `topics.regex` of a sink, which its tasks must know; undefined for a source. */
  readonly topics: Readonly<Record<string, string>> | undefined;
  readonly logger: PluginLogger;
}

/** A connector returned more task configurations than `tasks.max` allows. */
export class TooManyTasksError extends ConnectError {
  override readonly code: string = 'TOO_MANY_TASKS';
  readonly generated: number;
  readonly tasksMax: number;

  constructor(message: string, counts: { readonly generated: number; readonly tasksMax: number }) {
    super(message);
    this.generated = counts.generated;
    this.tasksMax = counts.tasksMax;
  }
}

/** Adds `task.class` and a sink's topics to what the connector returned; throws TooManyTasksError. */
export function taskConfigsOf(
  connector: Connector,
  configs: readonly Props[],
  rules: TaskConfigRules,
): readonly Props[] {
  if (configs.length > rules.tasksMax) {
    const message =
      `The connector has generated ${configs.length} task configurations, which is more than the ` +
      `${rules.tasksMax} of tasks.max`;
    if (rules.enforce) {
      throw new TooManyTasksError(`${message}; raise tasks.max, or set tasks.max.enforce=false to allow it`, {
        generated: configs.length,
        tasksMax: rules.tasksMax,
      });
    }
    rules.logger.warn(message);
  }
  const taskClass = connector.taskClass();
  return configs.map((config) => ({ ...config, 'task.class': taskClass, ...rules.topics }));
}
