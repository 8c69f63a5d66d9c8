import type { ConfigDef } from '../config-def/config-def.ts';

/** A configuration as written: every value is text, null where the JSON said null. */
export type Props = Readonly<Record<string, string | null>>;

/** Structured logging for plugins; lines carry connector and task by themselves. */
export interface PluginLogger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What every plugin kind has: a definition of its settings. A converter's may be empty. */
export interface Configurable {
  config(): ConfigDef;
}
