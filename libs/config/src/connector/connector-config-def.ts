import type { ConfigDef } from '@millrace/connect-api';
import { configDefOf } from '../key-rows.ts';
import { COMMON_KEYS } from './common-keys.ts';
import { SINK_KEYS } from './sink-keys.ts';
import { SOURCE_KEYS } from './source-keys.ts';

/** The framework's own settings of a connector (spec/runtime.md section 12), the same as the JVM's in every field. */
export function connectorConfigDef(type: 'source' | 'sink'): ConfigDef {
  return configDefOf([...COMMON_KEYS, ...(type === 'source' ? SOURCE_KEYS : SINK_KEYS)]);
}
