import { readFileSync } from 'node:fs';
import { ConfigError } from '@millrace/connect-api';
import { parseEntries } from './parse-properties.ts';

/** A properties file as read: of a key that comes several times the last one counts, as in Java. */
export interface PropertiesFile {
  /** As it was given; messages show it. */
  readonly path: string;
  readonly props: Readonly<Record<string, string>>;
  /** The line of a key, from 1; undefined when the file does not have it. */
  lineOf(key: string): number | undefined;
}

/** Parses a text in Java's properties grammar. ConfigError names file and line. */
export function parseProperties(text: string, path = 'properties'): PropertiesFile {
  const entries = parseEntries(text, path);
  const lines = new Map(entries.map(({ key, line }) => [key, line]));
  return {
    path,
    // Not an object literal: a key may be called `__proto__`.
    props: Object.fromEntries(entries.map(({ key, value }) => [key, value])),
    lineOf: (key) => lines.get(key),
  };
}

/** Reads a file as UTF-8. Throws ConfigError when it cannot be read, saying why. */
export function readPropertiesFile(path: string): PropertiesFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? REASONS[String(error.code)] : undefined;
    throw new ConfigError(`The properties file ${path} cannot be read: ${reason ?? String(error)}`, {
      cause: error,
    });
  }
  return parseProperties(text, path);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};
