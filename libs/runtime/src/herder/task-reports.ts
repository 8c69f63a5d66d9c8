import type { TaskReading } from '@millrace/metrics';
import { unitKey, type TaskMetrics } from '../host/messages.ts';
import type { DescribedStage } from '../host/task-description.ts';

/** What a task is made of, for metrics. */
export interface DescribedTask {
  readonly connector: string;
  readonly task: number;
  readonly texts: Readonly<Record<string, string>>;
  readonly transforms: readonly DescribedStage[];
  readonly predicates: readonly DescribedStage[];
}

/** What the tasks of a worker measured, as their hosts last told it. */
export class TaskReports {
  readonly #reports = new Map<string, TaskMetrics>();

  take(tasks: readonly TaskMetrics[]): void {
    for (const task of tasks) {
      const key = unitKey(task);
      // A description comes once per start: what is not said again still holds.
      const before = this.#reports.get(key)?.description;
      this.#reports.set(key, {
        ...task,
        ...(task.description === undefined && before !== undefined ? { description: before } : {}),
      });
    }
  }

  forget(key: string): void {
    this.#reports.delete(key);
  }

  /** What they measured. `runs`: whether that task does: what has failed does not stall any more. */
  readings(
    runs: (id: { readonly connector: string; readonly task: number }) => boolean,
  ): readonly TaskReading[] {
    return [...this.#reports.values()].map(({ connector, task, values, stalled }) => ({
      connector,
      task,
      values,
      stalled: runs({ connector, task }) ? stalled : null,
    }));
  }

  descriptions(): readonly DescribedTask[] {
    return [...this.#reports.values()].flatMap(({ connector, task, description }) =>
      description === undefined ? [] : [{ connector, task, ...description }],
    );
  }
}
