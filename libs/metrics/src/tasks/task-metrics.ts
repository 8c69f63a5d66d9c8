import type { AttributeGroup } from '../attributes/attribute.ts';
import { attributeNamed } from '../attributes/attributes.ts';
import { Families } from '../attributes/group-metrics.ts';
import type { Metric } from '../prometheus-text.ts';
import type { TaskReading } from './task-readings.ts';

/** A reading, with the labels that its samples have besides connector and task. */
export interface LabelledReading extends TaskReading {
  readonly labels?: Readonly<Record<string, string>>;
}

/** Groups of what tasks measure; no two of them have an attribute of one name. */
const TASK_GROUPS: readonly AttributeGroup[] = [
  'connector-task-metrics',
  'source-task-metrics',
  'sink-task-metrics',
  'task-error-metrics',
];

/**
 * What tasks measured, under the names of the JVM's attributes; of ours, whether they stall. An attribute that is not known here, from a
 * worker of another version, is left out.
 */
export function taskMetrics(readings: readonly LabelledReading[]): readonly Metric[] {
  const families = new Families();
  for (const { connector, task, values, labels } of readings) {
    const all = { connector, task: String(task), ...labels };
    for (const [name, value] of Object.entries(values)) {
      const attribute = attributeNamed(TASK_GROUPS, name);
      if (attribute !== undefined) {
        families.add(attribute.group, { name, labels: all, value });
      }
    }
  }
  return [
    ...families.all(),
    {
      name: 'kafka_connect_connector_task_stalled',
      type: 'gauge',
      help: 'Tasks that are RUNNING and do not move though there is work, 1 for the reason',
      samples: readings.flatMap(({ connector, task, stalled }) =>
        stalled === null ? [] : [{ labels: { connector, task: String(task), reason: stalled }, value: 1 }],
      ),
    },
  ];
}
