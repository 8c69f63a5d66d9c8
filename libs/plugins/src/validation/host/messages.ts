import type { ConfigKeyInfo, Props } from '@millrace/connect-api';
import type { ConfigInfos } from '../config-infos.ts';
import type { ErrorData } from './error-data.ts';

/** What crosses the boundary between a process and those that run plugins for its validations: plain data. */

/** What such a process is made with. */
export interface ValidationInit {
  readonly pluginPath: readonly string[];
  /** The worker's properties; references of connectors are resolved by the providers they declare. */
  readonly workerProps: Readonly<Record<string, string>>;
  /** Where relative paths start. */
  readonly baseDir: string;
  /** The process ends itself when it has grown to this size (resident, bytes). */
  readonly maxResidentBytes: number;
  /** The process that started it; it ends itself when that is gone. */
  readonly parent: number;
}

export type ValidationJob =
  | { readonly op: 'validate'; readonly props: Props }
  | { readonly op: 'plugin-config'; readonly name: string; readonly version: string | null };

export type ValidationResult = ConfigInfos | readonly ConfigKeyInfo[];

export type ToProcess =
  | { readonly type: 'init'; readonly init: ValidationInit }
  | { readonly type: 'job'; readonly job: ValidationJob };

export type FromProcess =
  | { readonly type: 'ready' }
  /** `residentBytes`: how large the process is now; one that has grown is not used again. */
  | { readonly type: 'done'; readonly value: ValidationResult; readonly residentBytes: number }
  | { readonly type: 'failed'; readonly error: ErrorData; readonly residentBytes: number };
