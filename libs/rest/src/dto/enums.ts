/** States of connectors and tasks; a closed set that clients know (never add one). */
export const CONNECTOR_STATES = [
  'UNASSIGNED',
  'RUNNING',
  'PAUSED',
  'FAILED',
  'RESTARTING',
  'STOPPED',
  'DESTROYED',
] as const;
export type ConnectorStateName = (typeof CONNECTOR_STATES)[number];

export const CONNECTOR_TYPES = ['source', 'sink', 'unknown'] as const;
export type ConnectorType = (typeof CONNECTOR_TYPES)[number];

/** Kinds of plugins, in the order in which lists show them. */
export const PLUGIN_TYPES = [
  'sink',
  'source',
  'transformation',
  'predicate',
  'converter',
  'header_converter',
  'config_provider',
] as const;
export type PluginTypeName = (typeof PLUGIN_TYPES)[number];

export const INITIAL_STATES = ['RUNNING', 'PAUSED', 'STOPPED'] as const;
export type InitialState = (typeof INITIAL_STATES)[number];

export const CONFIG_KEY_TYPES = [
  'BOOLEAN',
  'STRING',
  'INT',
  'SHORT',
  'LONG',
  'DOUBLE',
  'LIST',
  'CLASS',
  'PASSWORD',
] as const;
export const CONFIG_IMPORTANCES = ['HIGH', 'MEDIUM', 'LOW'] as const;
export const CONFIG_WIDTHS = ['NONE', 'SHORT', 'MEDIUM', 'LONG'] as const;

export const HEALTH_STATES = ['healthy', 'starting', 'unhealthy'] as const;

/** Log4j's names, which clients send. */
export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'OFF'] as const;
export type LogLevelName = (typeof LOG_LEVELS)[number];

/** What became of a record at a transform that was tried. */
export const PREVIEW_OUTCOMES = ['changed', 'unchanged', 'dropped', 'failed'] as const;
export type PreviewOutcome = (typeof PREVIEW_OUTCOMES)[number];
