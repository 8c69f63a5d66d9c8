import type { Props } from '@millrace/connect-api';
import { parseJsonText } from '../body/json-text.ts';
import { isJsonObject, IsStringMap, stringMapOf } from '../body/string-map.ts';
import { MalformedBodyError } from '../errors/rest-error.ts';

function propertiesOf(text: string, describedAs: string): Props {
  const json = parseJsonText(text);
  if (!isJsonObject(json)) {
    throw new MalformedBodyError(`The request body is not ${describedAs}`);
  }
  return stringMapOf(json) as Props;
}

/** The body of the calls that take a configuration: a JSON object of text by key. */
export class ConnectorConfigBody {
  static readonly describedAs = 'a JSON object of configuration values by key';

  @IsStringMap()
  properties!: Props;

  static parse(text: string): ConnectorConfigBody {
    return Object.assign(new ConnectorConfigBody(), { properties: propertiesOf(text, this.describedAs) });
  }
}

/** The body of `PUT /admin/loggers/{logger}`: `{"level": …}`; other keys are ignored. */
export class SetLevelBody {
  static readonly describedAs = 'a JSON object with "level"';

  @IsStringMap()
  properties!: Props;

  static parse(text: string): SetLevelBody {
    return Object.assign(new SetLevelBody(), { properties: propertiesOf(text, this.describedAs) });
  }

  get level(): string | null | undefined {
    return this.properties['level'];
  }
}
