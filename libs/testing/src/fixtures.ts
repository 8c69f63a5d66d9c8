import { readFileSync } from 'node:fs';

const FOLDER = new URL('../../../test/fixtures/connect-4.3.1/', import.meta.url);

/** A fixture captured from Kafka Connect 4.3.1 (`test/fixtures`), parsed; the caller knows its shape. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
}
