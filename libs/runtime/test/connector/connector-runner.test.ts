import {
  ConfigDef,
  ConnectError,
  RetriableError,
  SourceConnector,
  type Props,
  type SourceTask,
} from '@millrace/connect-api';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TargetState } from '@millrace/topic-stores';
import { ConnectorRunner } from '../../src/connector/connector-runner.ts';
import { pluginLog, Reports } from '../task/parts.ts';

class Plugin extends SourceConnector {
  readonly calls: string[] = [];
  failure: Error | null = null;

  version = (): string => '5';
  config = (): ConfigDef => new ConfigDef();
  taskClass = (): string => 'T';

  start(props: Props): void {
    this.calls.push(`start ${props['name'] ?? ''}`);
    this.#fail();
  }

  taskConfigs(maxTasks: number): Props[] {
    this.calls.push(`taskConfigs ${maxTasks}`);
    this.#fail();
    return [{}];
  }

  stop(): void {
    this.calls.push('stop');
  }

  createTask(): SourceTask {
    throw new Error('not needed here');
  }

  ask(): void {
    this.context.requestTaskReconfiguration();
  }

  raise(error: Error): void {
    this.context.raiseError(error);
  }

  #fail(): void {
    if (this.failure !== null) {
      throw this.failure;
    }
  }
}

describe('A connector in its host', () => {
  let plugin: Plugin;
  let reports: Reports;
  let released: number;

  beforeEach(() => {
    released = 0;
    plugin = new Plugin();
    reports = new Reports();
  });

  function runner(targetState: TargetState = 'STARTED'): ConnectorRunner {
    return new ConnectorRunner({
      name: 'X',
      connector: plugin,
      props: { name: 'X' },
      rules: { tasksMax: 3, enforce: true, topics: undefined, logger: pluginLog },
      targetState,
      offsetStorageReader: {
        offset: () => Promise.resolve(null),
        offsets: () => Promise.resolve([]),
      },
      releaseOffsets: () => {
        released += 1;
        return Promise.resolve();
      },
      report: reports.report,
      logger: pluginLog,
    });
  }

  it('runs while its target state is STARTED', async () => {
    const connector = runner();
    await connector.start();
    await connector.setTargetState('PAUSED');
    await connector.setTargetState('STOPPED');
    await connector.setTargetState('STARTED');
    await connector.stop();
    expect(plugin.calls).toEqual(['start X', 'stop', 'start X', 'stop']);
    expect(released).toBe(2);
    expect(reports.events).toEqual([
      { kind: 'running', version: '5' },
      { kind: 'paused', version: '5' },
      { kind: 'stopped', version: '5' },
      { kind: 'running', version: '5' },
    ]);
  });

  it('that begins paused or stopped is not started', async () => {
    await runner('STOPPED').start();
    expect(plugin.calls).toEqual([]);
    expect(reports.kinds).toEqual(['stopped']);
  });

  it('gives complete task configurations', async () => {
    const connector = runner();
    await connector.start();
    expect(await connector.taskConfigs()).toEqual([{ 'task.class': 'T' }]);
    expect(plugin.calls.at(-1)).toBe('taskConfigs 3');
  });

  it('has none while it does not run', async () => {
    const connector = runner('PAUSED');
    await connector.start();
    await expect(connector.taskConfigs()).rejects.toThrow('is not running');
  });

  it('is FAILED when it cannot compute them, unless it may be asked again', async () => {
    const connector = runner();
    await connector.start();
    plugin.failure = new RetriableError('not now');
    await expect(connector.taskConfigs()).rejects.toThrow('not now');
    expect(reports.kinds).toEqual(['running']);
    plugin.failure = new ConnectError('never');
    await expect(connector.taskConfigs()).rejects.toThrow('never');
    expect(reports.trace).toContain('never');
  });

  it('passes on what it asks for while it runs', async () => {
    const connector = runner();
    await connector.start();
    plugin.ask();
    await connector.stop();
    plugin.ask();
    expect(reports.kinds).toEqual(['running', 'reconfigure']);
  });

  it('is FAILED with the error that it raises, once', async () => {
    const connector = runner();
    await connector.start();
    plugin.raise(new Error('lost the catalogue'));
    plugin.raise(new Error('and another'));
    expect(reports.kinds).toEqual(['running', 'failed']);
    expect(reports.trace).toContain('lost the catalogue');
  });

  it('is stopped also after a start that failed', async () => {
    plugin.failure = new Error('no');
    const connector = runner();
    await expect(connector.start()).rejects.toThrow('no');
    await connector.stop();
    expect(plugin.calls).toEqual(['start X', 'stop']);
  });
});
