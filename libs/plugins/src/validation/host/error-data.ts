import { ConfigError, ConnectError, toError } from '@millrace/connect-api';
import {
  AmbiguousPluginError,
  MissingConnectorClassError,
  PluginLoadError,
  PluginNotFoundError,
  PluginVersionError,
  VersionRangeError,
  type FailedPlugin,
} from '../../errors.ts';

/** An error as data, so that it is one of the same class on the other side of a process boundary. */
export type ErrorData =
  | { readonly kind: 'config'; readonly message: string; readonly key: string | null }
  | { readonly kind: 'no-class' | 'version-range' | 'other'; readonly message: string }
  | { readonly kind: 'not-found'; readonly message: string; readonly plugin: string }
  | {
      readonly kind: 'ambiguous';
      readonly message: string;
      readonly plugin: string;
      readonly candidates: readonly string[];
    }
  | {
      readonly kind: 'version';
      readonly plugin: string;
      readonly range: string;
      readonly available: readonly string[];
    }
  | { readonly kind: 'load'; readonly plugin: FailedPlugin; readonly reason: string };

export function errorData(thrown: unknown): ErrorData {
  const error = toError(thrown);
  const { message } = error;
  if (error instanceof ConfigError) {
    return { kind: 'config', message, key: error.key ?? null };
  }
  if (error instanceof PluginNotFoundError) {
    return { kind: 'not-found', message, plugin: error.plugin };
  }
  if (error instanceof AmbiguousPluginError) {
    return { kind: 'ambiguous', message, plugin: error.plugin, candidates: error.candidates };
  }
  if (error instanceof PluginVersionError) {
    return { kind: 'version', plugin: error.plugin, range: error.range, available: error.available };
  }
  if (error instanceof PluginLoadError) {
    return { kind: 'load', plugin: error.plugin, reason: error.reason };
  }
  if (error instanceof MissingConnectorClassError) {
    return { kind: 'no-class', message };
  }
  return { kind: error instanceof VersionRangeError ? 'version-range' : 'other', message };
}

export function errorOf(data: ErrorData): ConnectError {
  switch (data.kind) {
    case 'config':
      return new ConfigError(data.message, data.key === null ? {} : { key: data.key });
    case 'no-class':
      return new MissingConnectorClassError(data.message);
    case 'version-range':
      return new VersionRangeError(data.message);
    case 'not-found':
      return new PluginNotFoundError(data.message, data.plugin);
    case 'ambiguous':
      return new AmbiguousPluginError(data.message, data.plugin, data.candidates);
    case 'version':
      return new PluginVersionError(data.plugin, data.range, data.available);
    case 'load':
      return new PluginLoadError(data.plugin, data.reason);
    case 'other':
      return new ConnectError(data.message);
  }
}
