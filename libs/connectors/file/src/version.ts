/** Version of the file connectors, as statuses and plugin lists show it. */
export const VERSION = '0.1.0';
