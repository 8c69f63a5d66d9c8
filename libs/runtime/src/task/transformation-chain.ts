import type { ConnectRecord, Predicate, Transformation } from '@millrace/connect-api';

/** One configured transform, with its predicate if it has one. */
export interface TransformationStage {
  readonly alias: string;
  readonly className: string;
  readonly transformation: Transformation;
  readonly predicate: Predicate | null;
  /** Apply where the predicate does not hold. */
  readonly negate: boolean;
}

/** The transforms of a connector in order; a record that one of them drops goes no further. */
export class TransformationChain {
  readonly stages: readonly TransformationStage[];
  /** Class of the transform that was at work last, for error reports. */
  current = '';

  constructor(stages: readonly TransformationStage[]) {
    this.stages = stages;
  }

  apply(record: ConnectRecord): ConnectRecord | null {
    let result: ConnectRecord | null = record;
    for (const stage of this.stages) {
      this.current = stage.className;
      if (stage.predicate === null || stage.negate !== stage.predicate.test(result)) {
        result = stage.transformation.apply(result);
        if (result === null) {
          return null;
        }
      }
    }
    return result;
  }

  close(): void {
    for (const stage of this.stages) {
      stage.transformation.close?.();
      stage.predicate?.close?.();
    }
  }
}
