import {
  ConnectError,
  type Configurable,
  nodeToJson,
  toError,
  type Converter,
  type JsonNode,
  type Props,
} from '@millrace/connect-api';
import { chainSettings, type ConfigTransformer } from '@millrace/config';
import type { PluginRegistry } from '@millrace/plugins';
import { recordsOfSamples, type RecordType } from './preview-samples.ts';
import { PreviewSecrets } from './preview-secrets.ts';
import { shownRecord } from './preview-shown.ts';
import { previewSteps, type PreviewStep } from './preview-steps.ts';
import { transformationStages, withPrefix, type NamedStage } from './transformation-stages.ts';

/** Transforms to be tried on samples; plain data. */
export interface PreviewJob {
  /** Which kind of connector the records pass through. */
  readonly type: RecordType;
  /** A connector's configuration, references unresolved; only its transforms and predicates count. */
  readonly config: Props;
  /** A JSON list of `{topic, partition, offset, timestamp, key, value, headers}`. */
  readonly records: string;
}

/** The transforms cannot be made of the configuration, or the samples cannot be read. */
export class PreviewRefusedError extends ConnectError {
  static readonly CODE = 'PREVIEW_REFUSED';
  override readonly code = PreviewRefusedError.CODE;
}

export interface PreviewTools {
  readonly registry: PluginRegistry;
  readonly resolver: ConfigTransformer;
}

const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter';

/**
 * What each transform makes of each sample, as the JSON list of the answer: `{steps, result}` by record. References are resolved for the
 * transforms alone, and what they stand for is hidden in the answer and in errors. To be run where a transform that never returns can be
 * ended. Throws PreviewRefusedError, and ConfigError when a reference cannot be resolved.
 */
export async function previewTransforms(
  job: PreviewJob,
  { registry, resolver }: PreviewTools,
): Promise<string> {
  const { props, references } = await resolver.resolveWithTtl(chainSettings(job.config));
  const secrets = new PreviewSecrets(references.values());
  const stages = await refusing(secrets, () => transformationStages(registry, props));
  try {
    const converter = await jsonConverter(registry);
    const records = await refusing(secrets, () => recordsOfSamples(job.records, job.type, converter));
    const passwordValues = await refusing(secrets, () => passwordsOf(stages, props));
    const all = new PreviewSecrets([...references.values(), ...passwordValues]);
    const shown = records.map((record): JsonNode => {
      const show = (each: typeof record): JsonNode => shownRecord(each, converter);
      const steps = previewSteps(stages, record, show);
      return new Map<string, JsonNode>([
        ['steps', steps.map((step) => stepNode(step, all))],
        ['result', all.hideIn(steps.at(-1)?.record ?? (steps.length === 0 ? show(record) : null))],
      ]);
    });
    return nodeToJson(shown);
  } finally {
    for (const { transformation, predicate } of stages) {
      transformation.close?.();
      predicate?.close?.();
    }
  }
}

async function jsonConverter(registry: PluginRegistry): Promise<Converter> {
  const converter = await registry.converter(JSON_CONVERTER);
  converter.configure({ 'decimal.format': 'NUMERIC', 'replace.null.with.default': 'false' }, false);
  return converter;
}

/** Plugins quote what they refuse. */
async function refusing<T>(secrets: PreviewSecrets, make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw new PreviewRefusedError(secrets.hide(toError(error).message));
  }
}

function passwordsOf(stages: readonly NamedStage[], props: Props): readonly string[] {
  return stages.flatMap(({ alias, transformation, predicate, predicateName }) => [
    ...passwords(transformation, withPrefix(props, `transforms.${alias}.`)),
    ...(predicate === null
      ? []
      : passwords(predicate, withPrefix(props, `predicates.${predicateName?.alias ?? ''}.`))),
  ]);
}

function passwords(plugin: Configurable, props: Props): readonly string[] {
  const keys = plugin.config().keys();
  return keys.flatMap(({ name, type }) => (type === 'PASSWORD' ? [props[name] ?? ''] : []));
}

function stepNode(step: PreviewStep, secrets: PreviewSecrets): JsonNode {
  const { alias, className, predicateName, negate } = step.stage;
  return new Map<string, JsonNode>([
    ['alias', alias],
    ['class', secrets.hide(className)],
    [
      'predicate',
      predicateName === null
        ? null
        : new Map<string, JsonNode>([
            ['alias', predicateName.alias],
            ['class', secrets.hide(predicateName.className)],
            ['held', step.held],
            ['negate', negate],
          ]),
    ],
    ['applied', step.applied],
    ['outcome', step.outcome],
    ['record', secrets.hideIn(step.record)],
    [
      'error',
      step.error === null
        ? null
        : new Map<string, JsonNode>([
            ['class', step.error.className],
            ['message', secrets.hide(step.error.message)],
          ]),
    ],
  ]);
}
