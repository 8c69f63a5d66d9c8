import { Validators, type ConfigDef, type Props } from '@millrace/connect-api';
import { configDefOf, type KeyRow } from '../key-rows.ts';
import { WorkerValues } from '../worker/worker-values.ts';

const NAME = 'task.progress.timeout.ms';
const STANDARD_MS = 300_000;

/** A setting of ours that workers and connectors have alike: the worker's is the default of its connectors. */
export const TASK_PROGRESS_KEY: { readonly row: KeyRow; readonly documentation: string } = {
  row: [NAME, 'INT', STANDARD_MS, 'LOW', Validators.atLeast(0)],
  documentation:
    'A RUNNING task that does not move for so long, though there is work, is shown as stalled; 0: never. Each connector may set this for itself.',
};

/** The key of a connector, with this default. As those of automatic restarts, it shows only where it is given. */
export function taskProgressConfigDef(defaultMs = STANDARD_MS): ConfigDef {
  const [name, type, , importance, validator] = TASK_PROGRESS_KEY.row;
  return configDefOf([
    {
      name,
      type,
      importance,
      documentation: TASK_PROGRESS_KEY.documentation,
      defaultValue: defaultMs,
      ...(validator === undefined ? {} : { validator }),
      group: 'Progress',
      orderInGroup: 1,
      width: 'SHORT',
      displayName: 'Stalled after',
    },
  ]);
}

/**
 * Milliseconds after which a task that does not move counts as stalled, 0: never; `defaultMs` is its worker's. Throws ConfigError for a
 * value that is wrong.
 */
export function taskProgressTimeoutMs(props: Props, defaultMs?: number): number {
  const given = props[NAME] ?? null;
  const values = taskProgressConfigDef(defaultMs).parse(given === null ? {} : { [NAME]: given });
  return new WorkerValues(values).number(NAME);
}
