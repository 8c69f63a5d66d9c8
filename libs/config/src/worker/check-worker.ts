import { ConfigError } from '@millrace/connect-api';
import type { Role } from './worker-config-def.ts';
import { parseListener } from './listeners.ts';
import type { WorkerValues } from './worker-values.ts';

/** Times that have to pass, in milliseconds. */
const TIMES = [
  'session.timeout.ms',
  'heartbeat.interval.ms',
  'rebalance.timeout.ms',
  'worker.sync.timeout.ms',
  'offset.flush.interval.ms',
  'offset.flush.timeout.ms',
];
const TIMES_OR_NONE = ['worker.unsync.backoff.ms', 'task.shutdown.graceful.timeout.ms'];
const TOPICS = ['config.storage.topic', 'offset.storage.topic', 'status.storage.topic'];
const NOT_EMPTY = ['group.id', ...TOPICS, 'key.converter', 'value.converter'];
const POLICIES = ['All', 'None', 'Principal', 'Allowlist'];

/**
 * What is wrong with settings that are right one by one, or that a JVM could honour and we cannot: refused with what would be right,
 * never ignored.
 */
export function workerProblems(values: WorkerValues, role: Role): ConfigError[] {
  return [
    ...NOT_EMPTY.filter((key) => values.textOrNull(key) === '').map((key) =>
      refused(key, '', 'it may not be empty'),
    ),
    ...TIMES.flatMap((key) => atLeast(values, key, 1)),
    ...TIMES_OR_NONE.flatMap((key) => atLeast(values, key, 0)),
    ...bootstrapServers(values),
    ...heartbeat(values),
    ...topics(values),
    ...unavailable(values, role),
    ...listeners(values, role),
  ];
}

function refused(key: string, value: string | number, reason: string): ConfigError {
  return ConfigError.invalidValue(key, value, reason);
}

function atLeast(values: WorkerValues, key: string, least: number): ConfigError[] {
  const value = values.number(key);
  return value < least ? [refused(key, value, `Value must be at least ${least}`)] : [];
}

function bootstrapServers(values: WorkerValues): ConfigError[] {
  const key = 'bootstrap.servers';
  const servers = values.list(key);
  if (servers.length === 0) {
    return [refused(key, '', 'expected a comma-separated list of host:port')];
  }
  return servers
    .filter((server) => {
      const port = /^(?:[a-zA-Z_]+:\/\/)?(?:\[[^\]]+\]|[^\s:[\]]+):(\d+)$/.exec(server)?.[1];
      return port === undefined || Number(port) > 65_535;
    })
    .map((server) => refused(key, server, 'expected host:port'));
}

function heartbeat(values: WorkerValues): ConfigError[] {
  const session = values.number('session.timeout.ms');
  const interval = values.number('heartbeat.interval.ms');
  return interval < session
    ? []
    : [
        refused(
          'heartbeat.interval.ms',
          interval,
          `it must be lower than session.timeout.ms, which is ${session}`,
        ),
      ];
}

/** One topic for two purposes would mix records that nobody could tell apart. */
function topics(values: WorkerValues): ConfigError[] {
  const named = TOPICS.flatMap((key) => {
    const topic = values.text(key);
    return topic === '' ? [] : [{ key, topic }];
  });
  return named.flatMap(({ key, topic }, index) => {
    const other = named.slice(0, index).find((each) => each.topic === topic);
    return other === undefined
      ? []
      : [refused(key, topic, `${other.key} has the same topic; each needs its own`)];
  });
}

function unavailable(values: WorkerValues, role: Role): ConfigError[] {
  const problems: ConfigError[] = [];
  const exactlyOnce = values.text('exactly.once.source.support');
  if (exactlyOnce.toLowerCase() !== 'disabled') {
    problems.push(
      refused(
        'exactly.once.source.support',
        exactlyOnce,
        'exactly-once delivery of source connectors is not available yet; leave it at disabled',
      ),
    );
  }
  const protocol = values.text('connect.protocol');
  if (protocol === 'eager') {
    problems.push(
      refused(
        'connect.protocol',
        protocol,
        'eager rebalancing, which stops all tasks at every change, is not supported; use sessioned or compatible',
      ),
    );
  }
  const policy = values.text('connector.client.config.override.policy');
  if (!POLICIES.includes(policyName(policy))) {
    problems.push(
      refused(
        'connector.client.config.override.policy',
        policy,
        `Java classes cannot be loaded; use one of ${POLICIES.join(', ')}`,
      ),
    );
  }
  const extensions = values.list('rest.extension.classes');
  if (extensions.length > 0 && (role === 'gateway' || role === 'node')) {
    problems.push(
      refused(
        'rest.extension.classes',
        extensions.join(','),
        'Java REST extensions cannot be loaded, and one that protects the API must not be missing silently; remove it',
      ),
    );
  }
  return problems;
}

/** `All` for `All`, `AllConnectorClientConfigOverridePolicy` and the full class name. */
export function policyName(policy: string): string {
  return (policy.split('.').at(-1) ?? '').replace(/ConnectorClientConfigOverridePolicy$/, '');
}

function listeners(values: WorkerValues, role: Role): ConfigError[] {
  const problems: ConfigError[] = [];
  for (const key of ['admin.listeners', 'metrics.listeners']) {
    for (const listener of values.list(key)) {
      try {
        parseListener(key, listener);
      } catch (error) {
        problems.push(error as ConfigError);
      }
    }
  }
  if (role !== 'worker' && values.list('listeners').length === 0) {
    problems.push(refused('listeners', '', 'at least one is needed, e.g. http://:8083'));
  }
  const port = values.numberOrNull('rest.advertised.port');
  if (port !== null && (port < 0 || port > 65_535)) {
    problems.push(refused('rest.advertised.port', port, 'Value must be no more than 65535'));
  }
  const advertised = values.textOrNull('rest.advertised.listener')?.toLowerCase() ?? null;
  if (advertised !== null && advertised !== 'http' && advertised !== 'https') {
    problems.push(refused('rest.advertised.listener', advertised, 'String must be one of: http, https'));
  }
  return problems;
}
