export { prometheusText, type Metric, type MetricType, type Sample } from './prometheus-text.ts';
export { Sensor, type SensorSettings } from './sensors/sensor.ts';
export { StateTimer } from './sensors/state-timer.ts';
export { type Attribute, type AttributeGroup } from './attributes/attribute.ts';
export { ATTRIBUTES, LEFT_OUT } from './attributes/attributes.ts';
export { groupMetrics, type GroupReading } from './attributes/group-metrics.ts';
export { stateMetrics, type UnitState } from './attributes/state-metrics.ts';
export { taskMetrics, type LabelledReading } from './tasks/task-metrics.ts';
export {
  decodeTaskReadings,
  encodeTaskReadings,
  type TaskReading,
  type TaskReadings,
} from './tasks/task-readings.ts';
