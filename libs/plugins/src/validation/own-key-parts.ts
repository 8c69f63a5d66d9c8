import type { ConfigDef, Props } from '@millrace/connect-api';
import {
  autoRestartConfigDef,
  autoRestartSettings,
  taskProgressConfigDef,
  taskProgressTimeoutMs,
} from '@millrace/config';
import { configInfo, EMPTY_PART, type ConfigPart } from './config-infos.ts';

/**
 * Settings of ours that a connector's configuration gives, as they are written: the worker reads them where no reference is resolved. Those
 * that are not given are not shown, since the JVM has none of them and its clients compare what is listed.
 */
export function ownKeyParts(
  written: Props,
  workerProps: Readonly<Record<string, string>>,
): readonly ConfigPart[] {
  return [
    givenPart(autoRestartConfigDef(autoRestartSettings(workerProps)), written),
    givenPart(taskProgressConfigDef(taskProgressTimeoutMs(workerProps)), written),
  ];
}

function givenPart(def: ConfigDef, written: Props): ConfigPart {
  // A null is refused with all others (CheckedValues.refuseNulls).
  const values = def.validate(written).filter(({ name }) => (written[name] ?? null) !== null);
  if (values.length === 0) {
    return EMPTY_PART;
  }
  return {
    errorCount: values.reduce((sum, { errors }) => sum + errors.length, 0),
    groups: def.groups(),
    configs: values.map((value) => configInfo(def.key(value.name), value)),
  };
}
