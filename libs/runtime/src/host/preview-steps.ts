import {
  ConnectError,
  DataError,
  nodeToJson,
  SinkRecord,
  SourceRecord,
  toError,
  type ConnectRecord,
  type JsonNode,
} from '@millrace/connect-api';
import type { NamedStage } from './transformation-stages.ts';

/** What one transform made of a record. */
export interface PreviewStep {
  readonly stage: NamedStage;
  /** What the predicate said; null without one, or when it failed. */
  readonly held: boolean | null;
  readonly applied: boolean;
  readonly outcome: 'changed' | 'unchanged' | 'dropped' | 'failed';
  /** As it left the step; null when it did not. */
  readonly record: JsonNode;
  readonly error: PreviewError | null;
}

export interface PreviewError {
  /** The JVM's class where the SDK's error has one. */
  readonly className: string;
  readonly message: string;
}

/** Prints a record; throws for what is none. */
export type ShowRecord = (record: ConnectRecord) => JsonNode;

/** A stage, and the record on its way into it. */
interface Step {
  readonly stage: NamedStage;
  readonly record: ConnectRecord;
  readonly shown: JsonNode;
}

/** Sends a record through the stages as a task would, until one drops it or fails. */
export function previewSteps(
  stages: readonly NamedStage[],
  record: ConnectRecord,
  show: ShowRecord,
): readonly PreviewStep[] {
  const steps: PreviewStep[] = [];
  let current = record;
  let shown = show(record);
  for (const stage of stages) {
    const { step, left } = run({ stage, record: current, shown }, show);
    steps.push(step);
    if (left === null) {
      break;
    }
    current = left;
    shown = step.record;
  }
  return steps;
}

interface StepRun {
  readonly step: PreviewStep;
  readonly left: ConnectRecord | null;
}

function run({ stage, record, shown }: Step, show: ShowRecord): StepRun {
  let held: boolean | null = null;
  let applied = false;
  try {
    held = holds(stage, record);
    applied = held === null || held !== stage.negate;
    if (!applied) {
      return {
        step: { stage, held, applied, outcome: 'unchanged', record: shown, error: null },
        left: record,
      };
    }
    const left = sameKind(record, stage.transformation.apply(record));
    if (left === null) {
      return { step: { stage, held, applied, outcome: 'dropped', record: null, error: null }, left };
    }
    const after = show(left);
    const outcome = nodeToJson(after) === nodeToJson(shown) ? 'unchanged' : 'changed';
    return { step: { stage, held, applied, outcome, record: after, error: null }, left };
  } catch (thrown) {
    const error = errorOf(thrown);
    return { step: { stage, held, applied, outcome: 'failed', record: null, error }, left: null };
  }
}

function holds({ predicate }: NamedStage, record: ConnectRecord): boolean | null {
  if (predicate === null) {
    return null;
  }
  const answer: unknown = predicate.test(record);
  if (typeof answer !== 'boolean') {
    throw new DataError(`The predicate answered ${String(answer)}; it must answer true or false`);
  }
  return answer;
}

/** Plugins may be written in JavaScript: what they return is looked at. */
function sameKind(record: ConnectRecord, made: unknown): ConnectRecord | null {
  const Kind = record instanceof SourceRecord ? SourceRecord : SinkRecord;
  if (made === null || made instanceof Kind) {
    return made;
  }
  const kind = record instanceof SourceRecord ? 'source' : 'sink';
  throw new DataError(
    `The transform made something else of a ${kind} record; it must return null or what newRecord() made`,
  );
}

function errorOf(thrown: unknown): PreviewError {
  const error = toError(thrown);
  return {
    className: error instanceof ConnectError ? error.javaClass : error.name,
    message: error.message,
  };
}
