import { describe, expect, it } from 'vitest';
import { ConfigFold } from '../../src/config/config-fold.ts';
import { recordsOf } from '../../src/config/write-rules.ts';
import {
  ConnectorExistsError,
  ConnectorNotFoundError,
  ConnectorNotStoppedError,
  RevisionMismatchError,
  StaleTaskConfigsError,
  type ClusterConfigState,
  type ConfigRecord,
  type ConfigWrite,
  type Props,
} from '../../src/index.ts';

/** A state in which connector `c` has this configuration, at revision 0. */
function stateOf(config: Props = { a: '1' }, ...further: readonly ConfigRecord[]): ClusterConfigState {
  const fold = new ConfigFold();
  for (const [offset, record] of [
    { kind: 'connector', connector: 'c', config } as const,
    ...further,
  ].entries()) {
    fold.apply(record, offset);
  }
  return fold.snapshot();
}

const NOTHING = new ConfigFold().snapshot();
const write = (value: ConfigWrite, state: ClusterConfigState): readonly ConfigRecord[] =>
  recordsOf(value, state);
const refusal = (value: ConfigWrite, state: ClusterConfigState) => (): unknown => recordsOf(value, state);

describe('the precondition of', () => {
  it('a create is that the connector is not there', () => {
    const create: ConfigWrite = { kind: 'create-connector', connector: 'c', config: { b: '2' } };
    expect(refusal(create, stateOf())).toThrow(ConnectorExistsError);
    expect(write(create, NOTHING)).toEqual([{ kind: 'connector', connector: 'c', config: { b: '2' } }]);
    expect(write({ ...create, initialState: 'PAUSED' }, NOTHING).map(({ kind }) => kind)).toEqual([
      'target-state',
      'connector',
    ]);
  });

  it.each<ConfigWrite>([
    { kind: 'patch-connector', connector: 'c', merge: (current) => current },
    { kind: 'delete-connector', connector: 'c' },
    { kind: 'set-target-state', connector: 'c', state: 'PAUSED' },
    { kind: 'stop-connector', connector: 'c' },
    { kind: 'reassert-stopped', connector: 'c', generation: undefined },
    { kind: 'put-task-configs', connector: 'c', configs: [], revision: 0 },
    { kind: 'restart-connector', connector: 'c', includeTasks: true, onlyFailed: true },
    { kind: 'put-task-count', connector: 'c', taskCount: 1, generation: 0 },
  ])('a $kind is that the connector is there', (value) => {
    expect(refusal(value, NOTHING)).toThrow(ConnectorNotFoundError);
  });

  it('saying STOPPED again is that no task can have run in between', () => {
    const stopped: ConfigRecord = { kind: 'target-state', connector: 'c', state: 'STOPPED' };
    const started: ConfigRecord = { ...stopped, state: 'STARTED' };
    const none: ConfigRecord = { kind: 'commit', connector: 'c', tasks: 0 };
    const tasks: readonly ConfigRecord[] = [
      { kind: 'task', connector: 'c', task: 0, config: { a: '1' } },
      { kind: 'commit', connector: 'c', tasks: 1 },
    ];
    const on = (generation: number | undefined, ...records: readonly ConfigRecord[]) =>
      refusal({ kind: 'reassert-stopped', connector: 'c', generation }, stateOf({ a: '1' }, ...records));
    expect(on(undefined, none, stopped)()).toEqual([stopped]);
    expect(on(0, ...tasks, none, stopped)()).toEqual([stopped]);
    expect(on(undefined)).toThrow(ConnectorNotStoppedError);
    expect(on(0, ...tasks, none, stopped, started)).toThrow(ConnectorNotStoppedError);
    expect(on(undefined, none, stopped, started, ...tasks, none, stopped)).toThrow(ConnectorNotStoppedError);
    expect(on(0, ...tasks, none, stopped, started, ...tasks, none, stopped)).toThrow(
      ConnectorNotStoppedError,
    );
    expect(on(0, ...tasks, stopped)).toThrow(ConnectorNotStoppedError);
  });

  it.each<[string, ConfigWrite & { kind: 'put-connector' | 'patch-connector' | 'delete-connector' }]>([
    ['a put', { kind: 'put-connector', connector: 'c', config: { b: '2' } }],
    ['a patch', { kind: 'patch-connector', connector: 'c', merge: (current) => ({ ...current, b: '2' }) }],
    ['a delete', { kind: 'delete-connector', connector: 'c' }],
  ])('%s is what its condition says of the revision', (_, value) => {
    const on = (condition: NonNullable<typeof value.condition>) =>
      refusal({ ...value, condition }, stateOf());
    expect(on({ ifMatch: [1, 2] })).toThrow(RevisionMismatchError);
    expect(on({ ifMatch: [1, 0] })).not.toThrow();
    expect(on({ ifMatch: 'any' })).not.toThrow();
    expect(on({ ifNoneMatch: [0] })).toThrow(RevisionMismatchError);
    expect(on({ ifNoneMatch: 'any' })).toThrow(RevisionMismatchError);
    expect(on({ ifNoneMatch: [7] })).not.toThrow();
  });

  it('a put on a connector that is not there can be that it is, or is not', () => {
    const put: ConfigWrite = { kind: 'put-connector', connector: 'c', config: {} };
    expect(refusal({ ...put, condition: { ifMatch: 'any' } }, NOTHING)).toThrow(RevisionMismatchError);
    expect(refusal({ ...put, condition: { ifNoneMatch: 'any' } }, NOTHING)).not.toThrow();
    expect(write(put, NOTHING)).toHaveLength(1);
  });

  it('task configurations is that they rest on the newest configuration of a connector that is to run', () => {
    const put = (revision: number): ConfigWrite => ({
      kind: 'put-task-configs',
      connector: 'c',
      configs: [{}],
      revision,
    });
    expect(refusal(put(1), stateOf())).toThrow(StaleTaskConfigsError);
    const paused = stateOf({}, { kind: 'target-state', connector: 'c', state: 'PAUSED' });
    expect(refusal(put(0), paused)).toThrow(StaleTaskConfigsError);
    expect(write(put(0), stateOf())).toEqual([
      { kind: 'task', connector: 'c', task: 0, config: {} },
      { kind: 'commit', connector: 'c', tasks: 1 },
    ]);
  });

  it('a count of fenced tasks is that they are of the newest generation', () => {
    const committed = stateOf(
      {},
      { kind: 'task', connector: 'c', task: 0, config: {} },
      { kind: 'commit', connector: 'c', tasks: 1 },
    );
    const put = (generation: number): ConfigWrite => ({
      kind: 'put-task-count',
      connector: 'c',
      taskCount: 1,
      generation,
    });
    expect(refusal(put(1), committed)).toThrow(StaleTaskConfigsError);
    expect(write(put(0), committed)).toEqual([{ kind: 'fencing', connector: 'c', taskCount: 1 }]);
  });

  it('a level of a logger is none', () => {
    const records = write({ kind: 'set-logger-level', namespace: 'n', level: 'WARN' }, NOTHING);
    expect(records).toEqual([{ kind: 'logger', namespace: 'n', level: 'WARN' }]);
  });
});

describe('task configurations are written', () => {
  const put = (configs: readonly Props[]): ConfigWrite => ({
    kind: 'put-task-configs',
    connector: 'c',
    configs,
    revision: 0,
  });
  const committed = (config: Props, ...configs: readonly Props[]): ClusterConfigState =>
    stateOf(
      config,
      ...configs.map((own, task) => ({ kind: 'task', connector: 'c', task, config: own }) as const),
      { kind: 'commit', connector: 'c', tasks: configs.length },
    );

  it('where their number or one of them differs', () => {
    const state = committed({ a: '1' }, { t: '0' }, { t: '1' });
    expect(write(put([{ t: '0' }, { t: '1' }]), state)).toEqual([]);
    expect(write(put([{ t: '0' }]), state)).toHaveLength(2);
    expect(write(put([{ t: '0' }, { t: 'x' }]), state)).toHaveLength(3);
    expect(write(put([{ t: '0' }, { t: '1', more: 'x' }]), state)).toHaveLength(3);
  });

  it('where the connector has another configuration than when they were committed', () => {
    const fold = new ConfigFold();
    fold.apply({ kind: 'connector', connector: 'c', config: { a: '1' } }, 0);
    fold.apply({ kind: 'task', connector: 'c', task: 0, config: {} }, 1);
    fold.apply({ kind: 'commit', connector: 'c', tasks: 1 }, 2);
    fold.apply({ kind: 'connector', connector: 'c', config: { a: '1' } }, 3);
    expect(write({ ...put([{}]), revision: 3 } as ConfigWrite, fold.snapshot())).toEqual([]);
    fold.apply({ kind: 'connector', connector: 'c', config: { a: '2' } }, 4);
    expect(write({ ...put([{}]), revision: 4 } as ConfigWrite, fold.snapshot())).toHaveLength(2);
  });

  it('where the last set was not whole, or none was ever committed', () => {
    const inconsistent = stateOf({}, { kind: 'commit', connector: 'c', tasks: 1 });
    expect(write(put([]), inconsistent)).toEqual([{ kind: 'commit', connector: 'c', tasks: 0 }]);
    expect(write(put([]), stateOf())).toEqual([{ kind: 'commit', connector: 'c', tasks: 0 }]);
  });

  it('with the references of the connector instead of what they resolve to', () => {
    const config = {
      password: '${file:/etc/secret:key}',
      plain: 'p',
      url: 'http://${env:HOST}:1',
      other: '${file:/x:y}',
    };
    const [record] = write(
      put([{ password: 's3cret', plain: 'changed', url: 'http://h:1', toString: 'own' }]),
      stateOf(config),
    );
    expect(record).toMatchObject({
      config: {
        password: '${file:/etc/secret:key}',
        plain: 'changed',
        url: 'http://${env:HOST}:1',
        toString: 'own',
      },
    });
    const resolved = write(put([{ password: 's3cret' }]), committed(config, { password: config.password }));
    expect(resolved).toEqual([]);
  });
});
