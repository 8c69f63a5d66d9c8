import {
  ConfigDef,
  SourceConnector,
  type PluginLogger,
  type Props,
  type SourceTask,
} from '@millrace/connect-api';
import { describe, expect, it } from 'vitest';
import { taskConfigsOf, type TaskConfigRules } from '../../src/connector/task-configs.ts';

class Plugin extends SourceConnector {
  version = (): string => '1';
  config = (): ConfigDef => new ConfigDef();
  taskClass = (): string => 'com.acme.Task';
  start(): void {
    // Nothing to prepare.
  }
  taskConfigs = (): Props[] => [];
  stop(): void {
    // Nothing to release.
  }
  createTask(): SourceTask {
    throw new Error('not needed here');
  }
}

function rulesWith(rules: Partial<TaskConfigRules>): { rules: TaskConfigRules; warnings: string[] } {
  const warnings: string[] = [];
  const logger: PluginLogger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => warnings.push(message),
    error: () => undefined,
  };
  return { rules: { tasksMax: 2, enforce: true, topics: undefined, logger, ...rules }, warnings };
}

describe('Task configurations', () => {
  it('are what the connector returned with the class of its tasks', () => {
    const { rules } = rulesWith({});
    expect(taskConfigsOf(new Plugin(), [{ a: '1' }, {}], rules)).toEqual([
      { a: '1', 'task.class': 'com.acme.Task' },
      { 'task.class': 'com.acme.Task' },
    ]);
  });

  it('of a sink name its topics', () => {
    const { rules } = rulesWith({ topics: { topics: 'x,y' } });
    expect(taskConfigsOf(new Plugin(), [{}], rules)).toEqual([
      { 'task.class': 'com.acme.Task', topics: 'x,y' },
    ]);
  });

  it('that are more than tasks.max are an error', () => {
    const { rules } = rulesWith({});
    expect(() => taskConfigsOf(new Plugin(), [{}, {}, {}], rules)).toThrow(
      'The connector has generated 3 task configurations, which is more than the 2 of tasks.max',
    );
  });

  it('that are more than tasks.max are only warned of without enforcement', () => {
    const { rules, warnings } = rulesWith({ enforce: false });
    expect(taskConfigsOf(new Plugin(), [{}, {}, {}], rules)).toHaveLength(3);
    expect(warnings).toHaveLength(1);
  });
});
