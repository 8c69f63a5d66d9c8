import { BadRequestError, type ConfigInfos } from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';

/** Checks a connector's configuration: the framework's keys, its plugin's, and those of converters and transforms. */
export interface ConnectorValidator {
  /** Throws BadRequestError when no plugin can be asked, RequestTimedOutError when it takes too long. */
  validate(props: Props): Promise<ConfigInfos>;
}

/** Throws BadRequestError that lists every error of a check (spec/rest.md section 4). */
export function requireValid(infos: ConfigInfos): void {
  if (infos.error_count > 0) {
    const messages = infos.configs.flatMap(({ value }) => value.errors.map((message) => `${message}\n`));
    throw new BadRequestError(
      `Connector configuration is invalid and contains the following ${infos.error_count} error(s):\n` +
        `${messages.join('')}You can also find the above list of errors at the endpoint ` +
        '`/connector-plugins/{connectorType}/config/validate`',
    );
  }
}
