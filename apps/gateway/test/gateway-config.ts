import { parseProperties, workerConfig, type WorkerConfig } from '@millrace/config';
import { uniqueName } from '@millrace/testing';

/** Settings of a gateway on a port of its own, in a group of its own unless `settings` name one. */
export function gatewayConfig(
  bootstrapServers: string,
  settings: Readonly<Record<string, string>> = {},
): WorkerConfig {
  const group = settings['group.id'] ?? uniqueName('gateway');
  const props = {
    'bootstrap.servers': bootstrapServers,
    'group.id': group,
    'config.storage.topic': `${group}-configs`,
    'offset.storage.topic': `${group}-offsets`,
    'status.storage.topic': `${group}-status`,
    'config.storage.replication.factor': '1',
    'offset.storage.replication.factor': '1',
    'offset.storage.partitions': '5',
    'status.storage.replication.factor': '1',
    listeners: 'http://127.0.0.1:0',
    ...settings,
  };
  const text = Object.entries(props)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
  return workerConfig(parseProperties(text, '/etc/millrace/gateway.properties'), 'gateway', () => undefined);
}
