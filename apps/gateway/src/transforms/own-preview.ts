import type { PreviewJob } from '@millrace/runtime';

/** Transforms tried by the gateway itself, with the plugins that it has. */
export interface OwnPreview {
  /** Whether the gateway has this transform or predicate. */
  has(className: string): boolean;
  /**
   * What the transforms make of the samples: the JSON text of a list. Throws BadRequestError when they cannot be configured, or the samples
   * cannot be read; RequestTimedOutError and OperationFailedError when they had to be ended, or ended by themselves.
   */
  run(job: PreviewJob): Promise<string>;
}
