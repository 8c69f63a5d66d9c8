import { ConnectError } from '@millrace/connect-api';
import type { Stage, StageFailure } from './stages.ts';

/** A task cannot go on because of what happened at one stage of a record's way. The message is the JVM's, which names neither. */
export class StageError extends ConnectError {
  override readonly code = 'STAGE';
  /** Where it happened, for people: `stage VALUE_CONVERTER, class …, topic t, partition 0, offset 6`. */
  readonly at: string;

  /** `at`: what failed, or just the stage where that is not known of one record. */
  constructor(message: string, at: Stage | StageFailure, cause: unknown) {
    super(message, { cause });
    this.at = typeof at === 'string' ? `stage ${at}` : placeOf(at);
  }
}

function placeOf({ stage, executor, record }: StageFailure): string {
  return `stage ${stage}, class ${executor}, ${record.where()}`;
}
