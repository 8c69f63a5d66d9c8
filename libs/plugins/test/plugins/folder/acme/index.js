import { writeFileSync } from 'node:fs';
import {
  ConfigDef,
  ConfigError,
  SinkConnector,
  SinkTask,
  SourceConnector,
  SourceTask,
} from '@millrace/connect-api';

export class CounterSource extends SourceConnector {
  version() {
    return '1.0.0';
  }

  config() {
    return new ConfigDef()
      .define({
        name: 'count.to',
        type: 'LONG',
        importance: 'HIGH',
        documentation: 'Where to stop.',
        group: 'Counting',
      })
      .define({
        name: 'password',
        type: 'PASSWORD',
        importance: 'LOW',
        documentation: 'A secret.',
        defaultValue: null,
      })
      .define({
        name: 'on.check',
        type: 'STRING',
        importance: 'LOW',
        documentation: 'What the check does.',
        defaultValue: 'fine',
      });
  }

  taskClass() {
    return 'com.acme.CounterTask';
  }

  start() {}

  stop() {}

  taskConfigs() {
    return [{}];
  }

  createTask() {
    return new CounterTask();
  }

  validate(props) {
    const values = super.validate(props);
    if (props['pid.file']) {
      writeFileSync(props['pid.file'], String(process.pid));
    }
    switch (props['on.check']) {
      case 'spin':
        for (;;);
      case 'wait':
        return new Promise(() => {});
      case 'exit':
        process.exit(3);
      case 'eat': {
        const eaten = [];
        for (;;) eaten.push(new Array(100_000).fill(Math.random()));
      }
      case 'throw':
        throw new Error(`cannot log in with ${props['password']}`);
      case 'nothing':
        return null;
      case 'print':
        console.log('to standard output');
        break;
      case 'tell':
        values.find(({ name }) => name === 'count.to').errors.push(String(process.pid));
        break;
      case 'nonsense':
        return [
          null,
          5,
          { name: 'count.to', errors: ['one', new Error('two')] },
          { name: 'made.up', value: 7, errors: ['who is this?'] },
        ];
      case 'leak':
        values
          .find(({ name }) => name === 'count.to')
          .errors.push(`password ${props['password']}, file ${props['file']}`);
        break;
      case 'refuse':
        throw new ConfigError('not today');
    }
    return values;
  }
}

class CounterTask extends SourceTask {
  version() {
    return '1.0.0';
  }

  start() {}

  poll() {
    return null;
  }

  stop() {}
}

export class NothingSink extends SinkConnector {
  version() {
    return '1.0.0';
  }

  config() {
    return new ConfigDef();
  }

  taskClass() {
    return 'com.acme.NothingTask';
  }

  start() {}

  stop() {}

  taskConfigs() {
    return [{}];
  }

  createTask() {
    return new (class extends SinkTask {})();
  }
}

export class Upper {
  config() {
    return new ConfigDef()
      .define({ name: 'field', type: 'STRING', importance: 'HIGH', documentation: 'The field.' })
      .define({
        name: 'negate',
        type: 'STRING',
        importance: 'HIGH',
        documentation: 'Not seen.',
        defaultValue: null,
      });
  }

  configure() {}

  apply(record) {
    return record;
  }
}

export class Vault {
  configure() {}

  get(_path, keys) {
    return { data: Object.fromEntries([...keys].map((key) => [key, `secret-of-${key}`])) };
  }
}
