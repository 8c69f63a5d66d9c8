import { ConfigDef, ConfigError, type Props, type Validator } from '@millrace/connect-api';

const DEFAULT_BATCH_SIZE = 2000;

const nonEmpty: Validator = {
  ensureValid(name, value) {
    if (value === '') {
      throw ConfigError.invalidValue(name, value, 'String must be non-empty');
    }
  },
  toString: () => 'non-empty string',
};

/** Settings of FileStreamSourceConnector, as the JVM's. */
export function fileSourceConfig(): ConfigDef {
  return withBatchSize(
    withTopic(
      new ConfigDef().define({
        name: 'file',
        type: 'STRING',
        importance: 'HIGH',
        defaultValue: null,
        documentation: 'Source filename. If not specified, the standard input will be used',
      }),
    ),
  );
}

/** Settings of FileStreamSinkConnector, as the JVM's. */
export function fileSinkConfig(): ConfigDef {
  return new ConfigDef().define({
    name: 'file',
    type: 'STRING',
    importance: 'HIGH',
    defaultValue: null,
    documentation: 'Destination filename. If not specified, the standard output will be used',
  });
}

/** Settings of DirectorySource. */
export function directorySourceConfig(): ConfigDef {
  const def = new ConfigDef()
    .define({
      name: 'directory',
      type: 'STRING',
      importance: 'HIGH',
      validator: nonEmpty,
      documentation: 'Folder whose files are read. Folders in it are not.',
    })
    .define({
      name: 'pattern',
      type: 'STRING',
      importance: 'MEDIUM',
      defaultValue: '*',
      validator: nonEmpty,
      documentation:
        'Names of the files to read: * stands for any characters, ? for one, {a,b} for alternatives.',
    })
    .define({
      name: 'poll.interval.ms',
      type: 'LONG',
      importance: 'LOW',
      defaultValue: 1000n,
      validator: {
        ensureValid(name, value) {
          if (typeof value !== 'bigint' || value < 1n) {
            throw ConfigError.invalidValue(name, value, 'Value must be at least 1');
          }
        },
        toString: () => '[1,...]',
      },
      documentation: 'How often the folder is looked at for files that came or went.',
    });
  return withBatchSize(withTopic(def));
}

function withTopic(def: ConfigDef): ConfigDef {
  return def.define({
    name: 'topic',
    type: 'STRING',
    importance: 'HIGH',
    validator: nonEmpty,
    documentation: 'The topic to publish data to',
  });
}

function withBatchSize(def: ConfigDef): ConfigDef {
  return def.define({
    name: 'batch.size',
    type: 'INT',
    importance: 'LOW',
    defaultValue: DEFAULT_BATCH_SIZE,
    documentation:
      'The maximum number of records the source task can read from the file each time it is polled',
  });
}

/** A setting that must be there, since the connector checked it. */
export function required(props: Props, key: string): string {
  const value = props[key];
  if (value === undefined || value === null || value === '') {
    throw new ConfigError(`Missing required configuration "${key}" which has no default value.`, { key });
  }
  return value;
}

export function batchSize(props: Props): number {
  const size = Number(props['batch.size'] ?? DEFAULT_BATCH_SIZE);
  if (!Number.isInteger(size) || size < 1) {
    throw ConfigError.invalidValue('batch.size', props['batch.size'], 'Value must be at least 1');
  }
  return size;
}
