import type { Props } from '@millrace/connect-api';
import { autoRestartConfigDef, autoRestartSettings } from '@millrace/config';
import { configInfo, EMPTY_PART, type ConfigPart } from './config-infos.ts';

/**
 * The settings of automatic restarts that a connector's configuration gives, as it is written: the worker reads them where no reference is
 * resolved. Those that are not given are not shown, since the JVM has none of them and its clients compare what is listed.
 */
export function autoRestartPart(written: Props, workerProps: Readonly<Record<string, string>>): ConfigPart {
  const def = autoRestartConfigDef(autoRestartSettings(workerProps));
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
