import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from '@millrace/connect-api';
import { autoRestartSettings, type AutoRestartSettings } from '../connector/auto-restart.ts';
import type { PropertiesFile } from '../properties/properties-file.ts';
import { advertised } from './advertised.ts';
import { policyName, workerProblems } from './check-worker.ts';
import { internalTopic, type InternalTopic } from './internal-topic.ts';
import { hostAndPort, parseListener, type Listener } from './listeners.ts';
import { parseResponseHeaders, type ResponseHeader } from './response-headers.ts';
import { warnOfUnknownKeys } from './unknown-keys.ts';
import { workerConfigDef, type Role } from './worker-config-def.ts';
import { resolveWorkerProps } from './worker-references.ts';
import { WorkerValues } from './worker-values.ts';

/** How connectors may override their clients' settings (KIP-458). */
export type OverridePolicyName = 'All' | 'None' | 'Principal' | 'Allowlist';

/** What clients of the gateway may take. */
export interface RestLimits {
  /** Milliseconds for the head, and for the whole, of a request. */
  readonly headMs: number;
  readonly requestMs: number;
  /** Milliseconds without a request, or with an answer that is not taken. */
  readonly idleMs: number;
  /** To one listener. */
  readonly connections: number;
}

/** The settings of a process, read and checked: plain data. Times are milliseconds. */
export interface WorkerConfig {
  /** As written, with the references resolved that are the worker's own. */
  readonly originals: Readonly<Record<string, string>>;
  /** The properties file, absolute. */
  readonly path: string;
  /** Its folder: relative paths in it start there. */
  readonly baseDir: string;
  readonly role: Role;
  readonly bootstrapServers: readonly string[];
  readonly groupId: string;
  readonly clientId: string;
  readonly configTopic: InternalTopic;
  readonly offsetTopic: InternalTopic;
  readonly statusTopic: InternalTopic;
  /** `worker.id`, else the advertised host and port. */
  readonly workerId: string;
  /** `http://host:port/`. */
  readonly advertisedUrl: string;
  /** A worker's are for health and metrics, and may be none; other roles have at least one. */
  readonly listeners: readonly Listener[];
  /** Of a node of worker and gateway, for the worker's health and metrics. */
  readonly metricsListeners: readonly Listener[];
  /** null: the admin resources are on the other listeners; empty: they are nowhere. */
  readonly adminListeners: readonly Listener[] | null;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly workerSyncTimeoutMs: number;
  readonly workerUnsyncBackoffMs: number;
  readonly scheduledRebalanceMaxDelayMs: number;
  readonly connectProtocol: 'eager' | 'compatible' | 'sessioned';
  readonly retryBackoffMs: number;
  readonly requestTimeoutMs: number;
  readonly offsetFlushIntervalMs: number;
  readonly offsetFlushTimeoutMs: number;
  readonly taskShutdownGracefulTimeoutMs: number;
  readonly topicTrackingEnable: boolean;
  readonly topicTrackingAllowReset: boolean;
  readonly topicCreationEnable: boolean;
  /** `plugin.path`, absolute. */
  readonly pluginPath: readonly string[];
  readonly taskHost: 'process' | 'inline';
  readonly taskHostCount: number;
  readonly taskHostUnresponsiveMs: number;
  readonly metricsPublishIntervalMs: number;
  /** Samples over which rates, means and maxima are taken, and how long each is. */
  readonly metricsNumSamples: number;
  readonly metricsSampleWindowMs: number;
  /** Of connectors that do not set it themselves; 0: no task counts as stalled. */
  readonly taskProgressTimeoutMs: number;
  readonly configValidationTimeoutMs: number;
  /** Of connectors that do not set it themselves. */
  readonly autoRestart: AutoRestartSettings;
  /** SQLite file of the aggregator, absolute, or `:memory:`. */
  readonly statusDatabase: string;
  readonly logLevel: string;
  readonly connectorClientConfigOverridePolicy: OverridePolicyName;
  readonly connectorClientConfigOverrideAllowlist: readonly string[];
  /** CORS; empty: off. */
  readonly accessControlAllowOrigin: string;
  readonly accessControlAllowMethods: string;
  readonly responseHeaders: readonly ResponseHeader[];
  readonly restMaskPasswords: boolean;
  readonly restLimits: RestLimits;
}

/**
 * Reads the settings of a process from its properties file. Throws one ConfigError that names everything wrong, each with file, line, key,
 * value and what would be right; says of each setting that is not known, or of no use, that it is ignored (`warn`).
 */
export function workerConfig(
  file: PropertiesFile,
  role: Role,
  warn: (message: string) => void,
): WorkerConfig {
  const path = resolve(file.path);
  const baseDir = dirname(path);
  const originals = located(file, () => resolveWorkerProps(file.props, baseDir));
  const values = checkedValues(file, originals, role);
  warnOfUnknownKeys(
    file,
    new Set(
      workerConfigDef(role)
        .keys()
        .map(({ name }) => name),
    ),
    warn,
  );
  warnOfUnused(file, warn);
  const listeners = listenersOf(values, originals);
  const { url, hostPort } = advertised(values, listeners);
  const workerId = values.textOrNull('worker.id') ?? hostPort;
  return {
    originals,
    path,
    baseDir,
    role,
    bootstrapServers: values.list('bootstrap.servers'),
    groupId: values.text('group.id'),
    clientId: values.text('client.id') === '' ? `connect-${workerId}` : values.text('client.id'),
    configTopic: internalTopic(values, originals, 'config'),
    offsetTopic: internalTopic(values, originals, 'offset'),
    statusTopic: internalTopic(values, originals, 'status'),
    workerId,
    advertisedUrl: url,
    listeners,
    metricsListeners: values
      .list('metrics.listeners')
      .map((each) => parseListener('metrics.listeners', each)),
    adminListeners:
      values.listOrNull('admin.listeners')?.map((each) => parseListener('admin.listeners', each)) ?? null,
    ...times(values),
    autoRestart: autoRestartSettings(originals),
    connectProtocol: values.text('connect.protocol') as WorkerConfig['connectProtocol'],
    topicTrackingEnable: values.flag('topic.tracking.enable'),
    topicTrackingAllowReset: values.flag('topic.tracking.allow.reset'),
    topicCreationEnable: values.flag('topic.creation.enable'),
    pluginPath: values.list('plugin.path').map((folder) => resolve(baseDir, folder)),
    taskHost: values.text('task.host') as WorkerConfig['taskHost'],
    taskHostCount: values.numberOrNull('task.host.count') ?? availableParallelism(),
    statusDatabase: databasePath(values, baseDir),
    logLevel: values.text('log.level'),
    connectorClientConfigOverridePolicy: policyName(
      values.text('connector.client.config.override.policy'),
    ) as OverridePolicyName,
    connectorClientConfigOverrideAllowlist: values.list('connector.client.config.override.allowlist'),
    accessControlAllowOrigin: values.text('access.control.allow.origin'),
    accessControlAllowMethods: values.text('access.control.allow.methods'),
    responseHeaders: parseResponseHeaders(values.text('response.http.headers.config')),
    restMaskPasswords: values.flag('rest.mask.passwords'),
    restLimits: {
      headMs: values.number('rest.head.timeout.ms'),
      requestMs: values.number('rest.request.timeout.ms'),
      idleMs: values.number('rest.idle.timeout.ms'),
      connections: values.number('rest.connections.max'),
    },
  };
}

function times(values: WorkerValues) {
  return {
    sessionTimeoutMs: values.number('session.timeout.ms'),
    heartbeatIntervalMs: values.number('heartbeat.interval.ms'),
    rebalanceTimeoutMs: values.number('rebalance.timeout.ms'),
    workerSyncTimeoutMs: values.number('worker.sync.timeout.ms'),
    workerUnsyncBackoffMs: values.number('worker.unsync.backoff.ms'),
    scheduledRebalanceMaxDelayMs: values.number('scheduled.rebalance.max.delay.ms'),
    retryBackoffMs: values.number('retry.backoff.ms'),
    requestTimeoutMs: values.number('request.timeout.ms'),
    offsetFlushIntervalMs: values.number('offset.flush.interval.ms'),
    offsetFlushTimeoutMs: values.number('offset.flush.timeout.ms'),
    taskShutdownGracefulTimeoutMs: values.number('task.shutdown.graceful.timeout.ms'),
    taskHostUnresponsiveMs: values.number('task.host.unresponsive.ms'),
    metricsPublishIntervalMs: values.number('metrics.publish.interval.ms'),
    metricsNumSamples: values.number('metrics.num.samples'),
    metricsSampleWindowMs: values.number('metrics.sample.window.ms'),
    taskProgressTimeoutMs: values.number('task.progress.timeout.ms'),
    configValidationTimeoutMs: values.number('config.validation.timeout.ms'),
  };
}

/** Everything that is wrong is told at once: one start is enough to mend a file. */
function checkedValues(
  file: PropertiesFile,
  originals: Readonly<Record<string, string>>,
  role: Role,
): WorkerValues {
  const def = workerConfigDef(role);
  const problems = def
    .validate(originals)
    .flatMap(({ name, errors }) => errors.map((message) => new ConfigError(message, { key: name })));
  const values = problems.length === 0 ? new WorkerValues(def.parse(originals)) : null;
  problems.push(...(values === null ? [] : workerProblems(values, role)));
  if (values !== null && problems.length === 0) {
    return values;
  }
  throw new ConfigError(problems.map((problem) => placed(file, problem)).join('\n'), {
    ...(problems[0]?.key === undefined ? {} : { key: problems[0].key }),
  });
}

function placed(file: PropertiesFile, { message, key }: ConfigError): string {
  const line = key === undefined ? undefined : file.lineOf(key);
  return line === undefined ? `${file.path}: ${message}` : `${file.path}, line ${line}: ${message}`;
}

function located<T>(file: PropertiesFile, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    const { key } = error;
    throw new ConfigError(placed(file, error), { cause: error, ...(key === undefined ? {} : { key }) });
  }
}

function warnOfUnused(file: PropertiesFile, warn: (message: string) => void): void {
  const line = (key: string): string => `${file.path}, line ${String(file.lineOf(key))}`;
  for (const key of ['rest.port', 'rest.host.name']) {
    if (key in file.props && 'listeners' in file.props) {
      warn(`${line(key)}: '${key}' is ignored, since 'listeners' is set`);
    }
  }
  for (const key of [
    'config.storage.partitions',
    'config.storage.cleanup.policy',
    'offset.storage.cleanup.policy',
    'status.storage.cleanup.policy',
  ]) {
    if (key in file.props) {
      const why = key.endsWith('partitions') ? 'has one partition' : 'is compacted';
      warn(`${line(key)}: '${key}' is ignored, since the topic always ${why}`);
    }
  }
}

function listenersOf(values: WorkerValues, originals: Readonly<Record<string, string>>): readonly Listener[] {
  const host = values.textOrNull('rest.host.name');
  const port = values.numberOrNull('rest.port');
  if ('listeners' in originals || (host === null && port === null)) {
    return values.list('listeners').map((listener) => parseListener('listeners', listener));
  }
  return [parseListener('rest.host.name', `http://${hostAndPort(host ?? '', port ?? 8083)}`)];
}

function databasePath(values: WorkerValues, baseDir: string): string {
  const given = values.text('status.database');
  if (given === ':memory:') {
    return given;
  }
  return given === '' ? join(baseDir, 'millrace-status.db') : resolve(baseDir, given);
}
