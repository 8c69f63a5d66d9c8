import { ConfigError } from '@millrace/connect-api';
import {
  PluginSelectionError,
  ValidationProcessError,
  ValidationTimeoutError,
  type ValidationHost,
} from '@millrace/plugins';
import { BadRequestError, OperationFailedError, type ConfigInfos } from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';
import type { ConnectorValidator } from './connector-validator.ts';

/** Checks configurations by the plugins that the gateway has, in processes of their own (design invariant 7). */
export class IsolatedValidator implements ConnectorValidator {
  readonly #host: Pick<ValidationHost, 'validate'>;

  constructor(host: Pick<ValidationHost, 'validate'>) {
    this.#host = host;
  }

  async validate(props: Props): Promise<ConfigInfos> {
    try {
      return await this.#host.validate(props);
    } catch (error) {
      throw errorOf(error);
    }
  }
}

function errorOf(error: unknown): unknown {
  if (error instanceof PluginSelectionError) {
    return new BadRequestError(error.message, { cause: error });
  }
  // A reference that cannot be resolved, an override of the wrong type: the JVM answers 500 too (spec/rest.md section 4).
  return error instanceof ConfigError ||
    error instanceof ValidationTimeoutError ||
    error instanceof ValidationProcessError
    ? new OperationFailedError(error.message, { cause: error })
    : error;
}
