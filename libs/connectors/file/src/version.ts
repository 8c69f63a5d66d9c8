/** Version of our own file connectors, as statuses and plugin lists show it. */
export const VERSION = '0.1.0';

/** Version of Kafka whose file connectors ours behave as; configurations may ask for it (`connector.plugin.version`). */
export const JVM_VERSION = '4.3.1';
