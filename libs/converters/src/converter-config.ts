import { ConfigDef, type Props } from '@millrace/connect-api';

/** The setting that the framework gives every converter: whether it is for keys, values or headers. */
const CONVERTER_TYPE = 'converter.type';

/** The settings that all converters have; each adds its own (plugin-configs.json). */
export function converterConfig(): ConfigDef {
  return new ConfigDef().define({
    name: CONVERTER_TYPE,
    type: 'STRING',
    importance: 'LOW',
    documentation: 'How this converter will be used.',
  });
}

/** The given settings with the converter's type, which the caller's role tells. */
export function withConverterType(props: Props, isKey: boolean | undefined): Props {
  const type = isKey === undefined ? 'header' : isKey ? 'key' : 'value';
  return { [CONVERTER_TYPE]: type, ...props };
}
