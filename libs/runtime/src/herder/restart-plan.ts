import type { RestartRequest } from '@millrace/topic-stores';

/** A connector (`task` null) or task of the connector that a restart request names. */
export interface RestartCandidate {
  readonly task: number | null;
  readonly failed: boolean;
}

/** Which of a connector's parts that run here a request restarts (KIP-745). */
export function restartPlan<T extends RestartCandidate>(
  request: RestartRequest,
  parts: readonly T[],
): readonly T[] {
  return parts.filter(
    (part) => (part.task === null || request.includeTasks) && (part.failed || !request.onlyFailed),
  );
}
