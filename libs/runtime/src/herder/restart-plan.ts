import type { RestartRequest, StatusEntry } from '@millrace/topic-stores';

/** What of a connector a restart request concerns. */
export interface RestartPlan {
  readonly restartConnector: boolean;
  readonly tasks: readonly number[];
}

/** Which parts a request restarts, given the statuses (KIP-745). */
export function restartPlan(
  request: RestartRequest,
  connector: StatusEntry | undefined,
  tasks: readonly StatusEntry[],
): RestartPlan {
  const concerned = (status: StatusEntry): boolean => !request.onlyFailed || status.state === 'FAILED';
  return {
    restartConnector: connector === undefined ? !request.onlyFailed : concerned(connector),
    tasks: request.includeTasks
      ? tasks.filter(concerned).flatMap((status) => (status.task === null ? [] : [status.task]))
      : [],
  };
}
