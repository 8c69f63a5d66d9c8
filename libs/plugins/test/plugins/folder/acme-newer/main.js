import { ConfigDef, SourceConnector, SourceTask } from '@millrace/connect-api';

export class CounterSource extends SourceConnector {
  version() {
    return '1.10.0';
  }

  config() {
    return new ConfigDef();
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
    return new (class extends SourceTask {})();
  }
}
