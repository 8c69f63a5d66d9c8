import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

export interface DemoArguments {
  /** The file to stream, absolute; null for one that a newcomer has for sure. */
  readonly file: string | null;
  /** Stop everything at the end instead of waiting for Ctrl-C. */
  readonly exit: boolean;
}

/** What was typed cannot be done; the message says why. */
export class UsageError extends Error {}

/** Reads `[--exit] [FILE]`; a relative FILE starts where the command was typed. */
export function demoArguments(args: readonly string[], cwd: string): DemoArguments {
  const unknown = args.find((arg) => arg.startsWith('-') && arg !== '--exit');
  const files = args.filter((arg) => !arg.startsWith('-'));
  if (unknown !== undefined || files.length > 1) {
    throw new UsageError(`Usage: npm run demo -- [--exit] [FILE]`);
  }
  const file = files[0] === undefined ? null : resolve(cwd, files[0]);
  if (file !== null && !(existsSync(file) && statSync(file).isFile())) {
    throw new UsageError(`There is no file ${file}`);
  }
  return { file, exit: args.includes('--exit') };
}
