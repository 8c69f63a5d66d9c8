import {
  ConfigError,
  parseConfigValue,
  Validators,
  type ConfigDef,
  type ConfigKeyInit,
  type ConfigParsed,
  type ConfigType,
  type Props,
} from '@millrace/connect-api';
import { configDefOf, type KeyRow } from '../key-rows.ts';
import { hasReference } from '../providers/references.ts';
import { WorkerValues } from '../worker/worker-values.ts';

/** How connectors and tasks that FAILED are restarted by themselves. Times are milliseconds. */
export interface AutoRestartSettings {
  readonly enabled: boolean;
  /** Pause before the first restart; it doubles with each that follows. */
  readonly backoffInitialMs: number;
  /** No pause is longer, the first included. */
  readonly backoffMaxMs: number;
  /** Restarts in a row; -1: any number. */
  readonly maxAttempts: number;
  /** What was RUNNING for so long was healthy: restarts are counted from the beginning again. */
  readonly resetAfterMs: number;
}

const GROUP = 'Automatic Restart';
const AT_LEAST_A_MS = Validators.atLeast(1);

/** A setting that workers and connectors have alike: the worker's is the default of its connectors. */
interface AutoRestartKey {
  readonly row: KeyRow;
  readonly documentation: string;
  readonly setting: keyof AutoRestartSettings;
  readonly displayName: string;
}

/** Settings of ours that the JVM has in neither place. Times are INT, which is as long as a timer of Node can be. */
export const AUTO_RESTART_KEYS: readonly AutoRestartKey[] = [
  {
    row: ['auto.restart.enabled', 'BOOLEAN', false, 'MEDIUM'],
    documentation:
      'Restart connectors and tasks that FAILED, where a restart may help. Each connector may set this and the other `auto.restart` settings for itself.',
    setting: 'enabled',
    displayName: 'Automatic restart',
  },
  {
    row: ['auto.restart.backoff.initial.ms', 'INT', 10_000, 'LOW', AT_LEAST_A_MS],
    documentation:
      'Pause before the first automatic restart; it doubles with each that follows, and up to half of it is left out at random.',
    setting: 'backoffInitialMs',
    displayName: 'First pause before an automatic restart',
  },
  {
    row: ['auto.restart.backoff.max.ms', 'INT', 600_000, 'LOW', AT_LEAST_A_MS],
    documentation: 'Longest pause before an automatic restart, the first included.',
    setting: 'backoffMaxMs',
    displayName: 'Longest pause before an automatic restart',
  },
  {
    row: ['auto.restart.max.attempts', 'INT', 10, 'LOW', Validators.atLeast(-1)],
    documentation: 'Automatic restarts in a row before it stays FAILED; -1: without limit.',
    setting: 'maxAttempts',
    displayName: 'Most automatic restarts in a row',
  },
  {
    row: ['auto.restart.reset.after.ms', 'INT', 600_000, 'LOW', AT_LEAST_A_MS],
    documentation:
      'What was RUNNING for so long was healthy: its restarts are counted from the beginning again.',
    setting: 'resetAfterMs',
    displayName: 'Healthy after',
  },
];

/**
 * The keys of a connector, with these defaults. They are not among those of `connectorConfigDef`, which lists what the JVM lists: they show only
 * where they are given.
 */
export function autoRestartConfigDef(defaults?: AutoRestartSettings): ConfigDef {
  return configDefOf(
    AUTO_RESTART_KEYS.map(({ row, documentation, setting, displayName }, index): ConfigKeyInit => {
      const [name, type, defaultValue, importance, validator] = row;
      const standard = typeof defaultValue === 'symbol' ? null : defaultValue;
      return {
        name,
        type,
        importance,
        documentation,
        defaultValue: defaults?.[setting] ?? standard,
        parse: (key, text) => parseWritten(key, text, type),
        ...(validator === undefined ? {} : { validator }),
        group: GROUP,
        orderInGroup: index + 1,
        width: 'SHORT',
        displayName,
      };
    }),
  );
}

function parseWritten(key: string, text: string, type: ConfigType): ConfigParsed {
  if (hasReference(text)) {
    throw ConfigError.invalidValue(key, text, 'it may not be a reference; write the value itself');
  }
  return parseConfigValue(key, text, type);
}

/**
 * Reads the settings of a worker or, with its worker's as defaults, of a connector. They are read where no reference is resolved, so that
 * `${…}` is not a value of theirs. Throws ConfigError for the first that is wrong.
 */
export function autoRestartSettings(props: Props, defaults?: AutoRestartSettings): AutoRestartSettings {
  const given = Object.fromEntries(Object.entries(props).filter(([, value]) => value !== null));
  const values = new WorkerValues(autoRestartConfigDef(defaults).parse(given));
  return {
    enabled: values.flag('auto.restart.enabled'),
    backoffInitialMs: values.number('auto.restart.backoff.initial.ms'),
    backoffMaxMs: values.number('auto.restart.backoff.max.ms'),
    maxAttempts: values.number('auto.restart.max.attempts'),
    resetAfterMs: values.number('auto.restart.reset.after.ms'),
  };
}
