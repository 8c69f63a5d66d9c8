import { Validators, type ConfigDef, type ConfigKeyInit } from '@millrace/connect-api';
import { SECURITY_ROWS } from '../clients/security-rows.ts';
import { configDefOf, keysOf } from '../key-rows.ts';
import { OWN_KEYS } from './own-rows.ts';
import { CONNECTION_ROWS, WORKER_ROWS } from './worker-rows.ts';

/** What a process is: a worker, a gateway, the status aggregator, or a worker and a gateway in one (`node`). */
export type Role = 'worker' | 'gateway' | 'status' | 'node';

/** Which roles cannot do without a key; a key that is not here is optional for all. */
const NEEDED_BY: Readonly<Record<string, readonly Role[]>> = {
  'bootstrap.servers': ['worker', 'gateway', 'status', 'node'],
  'group.id': ['worker', 'gateway', 'status', 'node'],
  'config.storage.topic': ['worker', 'gateway', 'status', 'node'],
  'status.storage.topic': ['worker', 'gateway', 'status', 'node'],
  'offset.storage.topic': ['worker', 'gateway', 'node'],
  'key.converter': ['worker', 'node'],
  'value.converter': ['worker', 'node'],
};

/** The settings of a process, the JVM's and ours; required are those that its role needs. */
export function workerConfigDef(role: Role): ConfigDef {
  const own = OWN_KEYS.flatMap(({ row, documentation }) => keysOf([row], () => documentation));
  const jvm = keysOf(
    [...WORKER_ROWS, ...CONNECTION_ROWS, ...SECURITY_ROWS],
    (name) => `The setting ${name} of Kafka Connect's workers; see Kafka's documentation.`,
  );
  return configDefOf([...jvm, ...own].map((key) => forRole(key, role)));
}

function forRole(key: ConfigKeyInit, role: Role): ConfigKeyInit {
  if (key.defaultValue !== undefined || NEEDED_BY[key.name]?.includes(role) === true) {
    return key;
  }
  // Where it is given it is checked; where not, the role does without it.
  const { validator, ...rest } = key;
  return {
    ...rest,
    defaultValue: null,
    ...(validator === undefined ? {} : { validator: Validators.nullOr(validator) }),
  };
}
