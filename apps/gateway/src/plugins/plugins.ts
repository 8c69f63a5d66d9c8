import {
  BadRequestError,
  OperationFailedError,
  type ConfigInfos,
  type ConfigKeyInfo,
  type PluginInfo,
} from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';
import type { ConnectorValidator } from './connector-validator.ts';
import type { PluginCatalog } from './plugin-catalog.ts';

const CONNECTOR_TYPES: readonly string[] = ['sink', 'source'];

/** Lists plugins, describes their settings, and checks configurations against them. */
export class Plugins {
  readonly #catalog: PluginCatalog;
  readonly #validator: ConnectorValidator;

  constructor(catalog: PluginCatalog, validator: ConnectorValidator) {
    this.#catalog = catalog;
    this.#validator = validator;
  }

  list(connectorsOnly: boolean): readonly PluginInfo[] {
    const all = this.#catalog.list();
    return connectorsOnly ? all.filter(({ type }) => CONNECTOR_TYPES.includes(type)) : all;
  }

  /** Throws NotFoundError, BadRequestError. */
  configKeys(name: string, version: string | null): Promise<readonly ConfigKeyInfo[]> {
    return this.#catalog.configKeys(name, version);
  }

  /** Throws BadRequestError when the class is of another plugin, OperationFailedError when there is none. */
  async validate(plugin: string, config: Props): Promise<ConfigInfos> {
    const given = config['connector.class'];
    if (given !== undefined && given !== null && !shortName(given).endsWith(shortName(plugin))) {
      throw new BadRequestError(`Included connector type ${given} does not match request type ${plugin}`);
    }
    try {
      return await this.#validator.validate(config);
    } catch (error) {
      // The JVM answers 500 here for what is 400 when a connector is created: its exception comes out of a future.
      throw error instanceof BadRequestError
        ? new OperationFailedError(
            `org.apache.kafka.connect.runtime.rest.errors.BadRequestException: ${error.message}`,
            { cause: error },
          )
        : error;
    }
  }
}

function shortName(plugin: string): string {
  return plugin.endsWith('Connector') ? plugin.slice(0, -'Connector'.length) : plugin;
}
