import { FileStreamSourceConnector } from '@millrace/connector-file';
import { converterPlugins } from '@millrace/converters';
import { runValidationHost } from '../../../src/index.ts';

runValidationHost({
  builtins: [
    {
      class: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
      type: 'source',
      version: '4.3.1',
      create: () => new FileStreamSourceConnector(),
    },
    ...converterPlugins,
  ],
  sdkUrl: import.meta.resolve('@millrace/connect-api'),
});
