import type { MetricType } from '../prometheus-text.ts';

/** The JVM's MBean types, `kafka.connect:type=<group>` (spec/runtime.md section 10). */
export const ATTRIBUTE_GROUPS = [
  'connector-metrics',
  'connector-task-metrics',
  'connector-transform-metrics',
  'connector-predicate-metrics',
  'source-task-metrics',
  'sink-task-metrics',
  'connect-worker-metrics',
  'connect-worker-rebalance-metrics',
  'task-error-metrics',
  'connect-coordinator-metrics',
] as const;
export type AttributeGroup = (typeof ATTRIBUTE_GROUPS)[number];

/** An attribute of an MBean of the JVM, or one of ours among them, as Prometheus gets it. */
export interface Attribute {
  readonly group: AttributeGroup;
  /** As in JMX, e.g. `source-record-poll-total`. */
  readonly attribute: string;
  /** As in Prometheus, e.g. `kafka_connect_source_task_source_record_poll_total`. */
  readonly name: string;
  /** `text`: the value is a label of the attribute's name, and the number is 1. */
  readonly kind: MetricType | 'text';
  readonly help: string;
}

/** The name under which the exporter rules in use (those of Strimzi and prometheus/jmx_exporter) print an attribute. */
export function jmxName(group: AttributeGroup, attribute: string): string {
  const type = group.replace(/^connect-/, '').replace(/-metrics$/, '');
  return `kafka_connect_${snake(type)}_${snake(attribute)}`;
}

/** The label that holds a text: the attribute's own name. */
export function labelOf(attribute: string): string {
  return snake(attribute);
}

function snake(name: string): string {
  return name.replaceAll('-', '_');
}
