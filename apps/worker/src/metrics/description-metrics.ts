import { groupMetrics, type GroupReading, type Metric } from '@millrace/metrics';
import type { DescribedTask } from '@millrace/runtime';

/** Classes and versions of what tasks are made of: each a label of a sample of 1, as exporters print texts of the JVM's beans. */
export function descriptionMetrics(tasks: readonly DescribedTask[]): readonly Metric[] {
  return [
    ...groupMetrics(
      'connector-task-metrics',
      tasks.map((task) => ({ labels: labelsOf(task), values: task.texts })),
    ),
    ...groupMetrics(
      'connector-transform-metrics',
      tasks.flatMap((task) => stages(task, 'transform')),
    ),
    ...groupMetrics(
      'connector-predicate-metrics',
      tasks.flatMap((task) => stages(task, 'predicate')),
    ),
  ];
}

function stages(task: DescribedTask, kind: 'transform' | 'predicate'): readonly GroupReading[] {
  return task[`${kind}s`].map(({ alias, class: className, version }) => ({
    labels: { ...labelsOf(task), [kind]: alias },
    values: { [`${kind}-class`]: className, [`${kind}-version`]: version },
  }));
}

function labelsOf({ connector, task }: DescribedTask): Readonly<Record<string, string>> {
  return { connector, task: String(task) };
}
