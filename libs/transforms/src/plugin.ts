/** Apache Kafka's version, whose behaviour these plugins have; they are listed with it, as the JVM's. */
export const VERSION = '4.3.1';

/** A built-in plugin as the registry of plugins takes it. */
export interface BuiltInPlugin {
  /** The JVM's class name. */
  readonly class: string;
  readonly type: 'transformation' | 'predicate';
  readonly version: string;
  /** A new instance, not configured yet. */
  readonly create: () => unknown;
}
