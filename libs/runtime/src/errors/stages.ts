import type { RecordAtFault } from './record-at-fault.ts';

/** The stages of a record's way that errors name (spec/runtime.md section 6). */
export type Stage =
  | 'TASK_POLL'
  | 'TASK_PUT'
  | 'TRANSFORMATION'
  | 'KEY_CONVERTER'
  | 'VALUE_CONVERTER'
  | 'HEADER_CONVERTER'
  | 'KAFKA_PRODUCE';

/** What stopped a record, and where. */
export interface StageFailure {
  readonly stage: Stage;
  /** Class of the plugin that was at work. */
  readonly executor: string;
  readonly error: Error;
  readonly record: RecordAtFault;
}
