import {
  ConnectorExistsError,
  ConnectorNotFoundError,
  ConnectorNotStoppedError,
  RevisionMismatchError,
  StaleTaskConfigsError,
} from '../errors.ts';
import type { Props } from '../types.ts';
import type { ClusterConfigState } from './cluster-config-state.ts';
import type { ConfigRecord } from './config-records.ts';
import type { ConfigWrite, RevisionCondition } from './config-write.ts';
import { sameProps } from './same-props.ts';

type Rule<Kind extends ConfigWrite['kind']> = (
  write: Extract<ConfigWrite, { kind: Kind }>,
  state: ClusterConfigState,
) => readonly ConfigRecord[];

/**
 * The precondition of every kind of write, and what it writes when that holds; no records: nothing needs to be written. A
 * rule throws what the writer is refused with. Rules are functions of the state at the moment of the write.
 */
const RULES: { readonly [Kind in ConfigWrite['kind']]: Rule<Kind> } = {
  'create-connector': (write, state) => {
    if (state.contains(write.connector)) {
      throw new ConnectorExistsError(write.connector);
    }
    return [
      ...(write.initialState === undefined
        ? []
        : [{ kind: 'target-state', connector: write.connector, state: write.initialState } as const]),
      { kind: 'connector', connector: write.connector, config: write.config },
    ];
  },
  'put-connector': (write, state) => {
    checkRevision(write.connector, write.condition, state);
    return [{ kind: 'connector', connector: write.connector, config: write.config }];
  },
  'patch-connector': (write, state) => {
    const current = existing(write.connector, state);
    checkRevision(write.connector, write.condition, state);
    return [{ kind: 'connector', connector: write.connector, config: write.merge(current) }];
  },
  'delete-connector': (write, state) => {
    existing(write.connector, state);
    checkRevision(write.connector, write.condition, state);
    return [
      { kind: 'connector', connector: write.connector, config: null },
      { kind: 'target-state', connector: write.connector, state: null },
    ];
  },
  'set-target-state': (write, state) => {
    existing(write.connector, state);
    return [{ kind: 'target-state', connector: write.connector, state: write.state }];
  },
  'stop-connector': (write, state) => {
    existing(write.connector, state);
    return [
      { kind: 'commit', connector: write.connector, tasks: 0 },
      { kind: 'target-state', connector: write.connector, state: 'STOPPED' },
    ];
  },
  'reassert-stopped': ({ connector, generation }, state) => {
    existing(connector, state);
    if (
      state.targetState(connector) !== 'STOPPED' ||
      state.taskCount(connector) > 0 ||
      state.taskConfigGeneration(connector) !== generation
    ) {
      throw new ConnectorNotStoppedError(connector);
    }
    return [{ kind: 'target-state', connector, state: 'STOPPED' }];
  },
  'put-task-configs': (write, state) => putTaskConfigs(write, state),
  'restart-connector': (write, state) => {
    existing(write.connector, state);
    const { connector, includeTasks, onlyFailed } = write;
    return [{ kind: 'restart', connector, includeTasks, onlyFailed }];
  },
  'set-logger-level': ({ namespace, level }) => [{ kind: 'logger', namespace, level }],
  'put-task-count': (write, state) => {
    existing(write.connector, state);
    if (state.taskConfigGeneration(write.connector) !== write.generation) {
      throw new StaleTaskConfigsError(
        `Fencing failed because new task configurations were generated for the connector ${write.connector}`,
      );
    }
    return [{ kind: 'fencing', connector: write.connector, taskCount: write.taskCount }];
  },
};

/** The records of a write on this state; throws when its precondition does not hold. */
export function recordsOf(write: ConfigWrite, state: ClusterConfigState): readonly ConfigRecord[] {
  const rule = RULES[write.kind] as Rule<ConfigWrite['kind']>;
  return rule(write, state);
}

function existing(connector: string, state: ClusterConfigState): Props {
  const config = state.connectorConfig(connector);
  if (config === undefined) {
    throw new ConnectorNotFoundError(connector);
  }
  return config;
}

function checkRevision(
  connector: string,
  condition: RevisionCondition | undefined,
  state: ClusterConfigState,
): void {
  const revision = state.contains(connector) ? state.revision(connector) : undefined;
  const { ifMatch, ifNoneMatch } = condition ?? {};
  const matches = (wanted: readonly number[] | 'any'): boolean =>
    revision !== undefined && (wanted === 'any' || wanted.includes(revision));
  if ((ifMatch !== undefined && !matches(ifMatch)) || (ifNoneMatch !== undefined && matches(ifNoneMatch))) {
    throw new RevisionMismatchError(connector, revision);
  }
}

function putTaskConfigs(
  write: Extract<ConfigWrite, { kind: 'put-task-configs' }>,
  state: ClusterConfigState,
): readonly ConfigRecord[] {
  const { connector } = write;
  const config = existing(connector, state);
  if (state.revision(connector) !== write.revision) {
    throw new StaleTaskConfigsError(`Connector ${connector} was given a newer configuration`);
  }
  if (state.targetState(connector) !== 'STARTED') {
    throw new StaleTaskConfigsError(
      `Connector ${connector} is to be ${state.targetState(connector) ?? 'gone'}`,
    );
  }
  const configs = write.configs.map((taskConfig) => restoreReferences(taskConfig, config));
  const current = state.allTaskConfigs(connector);
  const committed = state.appliedConnectorConfig(connector);
  const same =
    !state.inconsistent(connector) &&
    committed !== undefined &&
    sameProps(committed, config) &&
    current.length === configs.length &&
    configs.every((taskConfig, index) => sameProps(taskConfig, current[index]));
  if (same) {
    return [];
  }
  return [
    ...configs.map((taskConfig, task) => ({ kind: 'task', connector, task, config: taskConfig }) as const),
    { kind: 'commit', connector, tasks: configs.length },
  ];
}

const REFERENCE = /\$\{([^}]*?):(([^}]*?):)?([^}]*?)\}/;

/** Secrets stay references (design invariant 6): what the connector's own configuration refers to is not written resolved. */
function restoreReferences(taskConfig: Props, connectorConfig: Props): Props {
  return Object.fromEntries(
    Object.entries(taskConfig).map(([key, value]) => {
      const raw = Object.hasOwn(connectorConfig, key) ? connectorConfig[key] : undefined;
      return [key, typeof raw === 'string' && REFERENCE.test(raw) ? raw : value];
    }),
  );
}
