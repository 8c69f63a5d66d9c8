import {
  ConfigDef,
  toError,
  type Connector,
  type ConfigKeyInit,
  type ConfigParsed,
  type ConfigValue,
  type Props,
} from '@millrace/connect-api';

/** A connector's own keys with what it says of them. */
export interface PluginPart {
  readonly keys: readonly ConfigKeyInit[];
  readonly groups: readonly string[];
  readonly values: readonly ConfigValue[];
  /** What is wrong with the connector's answer as a whole. */
  readonly problem: string | null;
}

/** Asks a connector for its settings and its check of them. A connector that fails or answers nonsense is a problem, never an exception. */
export async function pluginPart(connector: Connector, className: string, props: Props): Promise<PluginPart> {
  let def: unknown;
  try {
    def = connector.config();
  } catch (error) {
    return nothing(`${className}.config() failed: ${toError(error).message}`);
  }
  if (!(def instanceof ConfigDef)) {
    return nothing(`${className}.config() must return a ConfigDef that is not null.`);
  }
  const part = { keys: def.keys(), groups: def.groups() };
  let values: unknown;
  try {
    values = await connector.validate(props);
  } catch (error) {
    return { ...part, values: [], problem: `${className}.validate() failed: ${toError(error).message}` };
  }
  if (!Array.isArray(values)) {
    return { ...part, values: [], problem: `${className}.validate() must return a Config that is not null.` };
  }
  return { ...part, values: values.flatMap((value: unknown) => wellFormed(value) ?? []), problem: null };
}

function nothing(problem: string): PluginPart {
  return { keys: [], groups: [], values: [], problem };
}

/** A plugin may be written in plain JavaScript; what it leaves out gets its usual meaning. */
function wellFormed(value: unknown): ConfigValue | null {
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  const {
    name,
    value: parsed,
    recommendedValues,
    errors,
    visible,
  } = value as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string') {
    return null;
  }
  return {
    name,
    value: (parsed ?? null) as ConfigParsed,
    recommendedValues: Array.isArray(recommendedValues) ? (recommendedValues as readonly ConfigParsed[]) : [],
    errors: Array.isArray(errors) ? errors.map((error) => toError(error).message) : [],
    visible: visible !== false,
  };
}
