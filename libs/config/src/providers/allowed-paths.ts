import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, resolve, sep } from 'node:path';
import { ConfigError, type Props } from '@millrace/connect-api';

/** The folders that a provider may read (`allowed.paths`); links that lead out of them do not help. */
export class AllowedPaths {
  readonly #baseDir: string;
  readonly #allowed: readonly string[] | null;

  /** `baseDir`: where relative paths start. Throws ConfigError for an allowed path that is not absolute or not there. */
  constructor(props: Props, baseDir: string) {
    this.#baseDir = baseDir;
    const text = props['allowed.paths'] ?? '';
    this.#allowed = text === '' ? null : text.split(',').map((path) => allowedPath(path.trim()));
  }

  /** The absolute path; throws ConfigError when it may not be read. */
  check(path: string): string {
    const absolute = resolve(this.#baseDir, path);
    if (this.#allowed === null) {
      return absolute;
    }
    const real = existsSync(absolute) ? realpathSync(absolute) : absolute;
    const inside = this.#allowed.some((folder) =>
      isInside(real, existsSync(absolute) ? realpathSync(folder) : folder),
    );
    if (!inside) {
      throw new ConfigError(
        `The path ${path} is not allowed to be accessed; 'allowed.paths' does not have it`,
      );
    }
    return absolute;
  }
}

function allowedPath(path: string): string {
  if (!isAbsolute(path)) {
    throw ConfigError.invalidValue('allowed.paths', path, 'the path is not absolute');
  }
  if (!existsSync(path)) {
    throw ConfigError.invalidValue('allowed.paths', path, 'the path does not exist');
  }
  return resolve(path);
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
