import type { LogEntry } from '../log/topic-log.ts';
import type { Restored } from './config-fold.ts';

type Header = { readonly key: string; readonly value: Buffer };

/**
 * Record headers of the config topic. The JVM reads none; ours say whose write a record belongs to, which is how a writer
 * finds out that its batch got through, and which records only restore what was there.
 */
const OPERATION = 'millrace.op';
const RESTORED = 'millrace.restored';

export function operationHeader(operation: string): Header {
  return { key: OPERATION, value: Buffer.from(operation) };
}

/** `revision`: the offset under which a connector's configuration was first written. */
export function restoredHeader(revision: number | undefined): Header {
  return { key: RESTORED, value: Buffer.from(String(revision ?? '')) };
}

export function operationOf(entry: LogEntry): string | null {
  return textOf(entry, OPERATION);
}

export function restoredOf(entry: LogEntry): Restored | undefined {
  const text = textOf(entry, RESTORED);
  if (text === null) {
    return undefined;
  }
  return { revision: /^\d+$/.test(text) ? Number(text) : null };
}

function textOf(entry: LogEntry, key: string): string | null {
  const value = entry.headers.find((header) => header.key === key)?.value;
  return value === null || value === undefined ? null : Buffer.from(value).toString('utf8');
}
