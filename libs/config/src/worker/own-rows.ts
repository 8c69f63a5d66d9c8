import { Validators } from '@millrace/connect-api';
import { AUTO_RESTART_KEYS } from '../connector/auto-restart.ts';
import { TASK_PROGRESS_KEY } from '../connector/task-progress.ts';
import { ANY_LIST, type KeyRow } from '../key-rows.ts';

const PORT = Validators.nullOr(Validators.range(0, 65_535));
const AT_LEAST_A_MS = Validators.atLeast(1);

/** A setting of ours, with its line in the README's table. */
export interface OwnKey {
  readonly row: KeyRow;
  readonly documentation: string;
}

/** Settings that the JVM's workers do not have (any more). The README's table is checked against this. */
export const OWN_KEYS: readonly OwnKey[] = [
  {
    row: ['worker.id', 'STRING', null, 'MEDIUM', Validators.nonEmptyWithoutControl()],
    documentation:
      'Name of the worker in statuses and in the group, kept over restarts. Default: advertised host and port.',
  },
  {
    row: ['rest.host.name', 'STRING', null, 'LOW'],
    documentation: 'Host to listen on where `listeners` is not set. Default: all addresses.',
  },
  {
    row: ['rest.port', 'INT', null, 'LOW', PORT],
    documentation: 'Port to listen on where `listeners` is not set. Default: 8083.',
  },
  {
    row: ['metrics.listeners', 'LIST', [], 'LOW', ANY_LIST],
    documentation:
      "Where a node of worker and gateway serves the worker's health and metrics, e.g. `http://:9404`. A worker alone serves them on its `listeners`.",
  },
  {
    row: ['task.host', 'STRING', 'process', 'MEDIUM', Validators.inList('process', 'inline')],
    documentation:
      'Where connectors and tasks run: in child processes, or in the worker itself for debugging.',
  },
  {
    row: ['task.host.count', 'INT', null, 'MEDIUM', Validators.nullOr(Validators.atLeast(1))],
    documentation: 'Most child processes that share tasks. Default: one per core.',
  },
  {
    row: ['task.host.unresponsive.ms', 'INT', 30_000, 'LOW', AT_LEAST_A_MS],
    documentation: 'A child process that does not answer for so long is replaced.',
  },
  {
    row: ['metrics.publish.interval.ms', 'INT', 10_000, 'LOW', AT_LEAST_A_MS],
    documentation: 'How often a worker publishes the metrics of its tasks.',
  },
  {
    row: ['config.validation.timeout.ms', 'INT', 30_000, 'MEDIUM', AT_LEAST_A_MS],
    documentation: 'A plugin that takes longer to check a configuration is stopped, and the check fails.',
  },
  {
    row: ['rest.mask.passwords', 'BOOLEAN', false, 'MEDIUM'],
    documentation: 'Hide PASSWORD values that were given in clear from `GET config` too.',
  },
  {
    row: ['rest.head.timeout.ms', 'INT', 20_000, 'LOW', AT_LEAST_A_MS],
    documentation: 'A client of the gateway has so long to send the head of a request.',
  },
  {
    row: ['rest.request.timeout.ms', 'INT', 60_000, 'LOW', AT_LEAST_A_MS],
    documentation: 'A client of the gateway has so long to send a whole request.',
  },
  {
    row: ['rest.idle.timeout.ms', 'INT', 30_000, 'LOW', AT_LEAST_A_MS],
    documentation:
      'The gateway closes a connection without requests, or whose client does not take its answer, after so long.',
  },
  {
    row: ['rest.connections.max', 'INT', 5_000, 'LOW', Validators.atLeast(1)],
    documentation: 'Most connections to one listener of the gateway; further ones are closed.',
  },
  {
    row: ['connector.client.config.override.allowlist', 'LIST', [], 'MEDIUM', ANY_LIST],
    documentation:
      'Client settings that connectors may override under the policy `Allowlist` (as in Kafka 4.2 and later).',
  },
  {
    row: ['status.database', 'STRING', null, 'MEDIUM'],
    documentation:
      "The status aggregator's SQLite file, or `:memory:`. Default: `millrace-status.db` beside the properties file.",
  },
  {
    row: [
      'log.level',
      'STRING',
      'info',
      'LOW',
      Validators.inList('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    ],
    documentation: 'Least important log lines that are written.',
  },
  ...AUTO_RESTART_KEYS,
  TASK_PROGRESS_KEY,
];
