import type { ConfigKeyInfo, PluginInfo } from '@millrace/rest';
import type { TypeOf } from '../connectors/connector-info.ts';

/** The plugins that the gateway has, or that workers have made known. */
export interface PluginCatalog {
  /** By kind, then by class (spec/rest.md section 2). */
  list(): readonly PluginInfo[];
  readonly typeOf: TypeOf;
  /** The class that a connector's name or alias means; the name itself where nobody knows it. */
  fullName(connectorClass: string): string;
  /** The plugin's own keys, then those of the framework. Throws NotFoundError, BadRequestError, OperationFailedError. */
  configKeys(name: string, version: string | null): Promise<readonly ConfigKeyInfo[]>;
}
