import type { StartedProcess } from '../processes/process-group.ts';

/** What is the same for every contender. */
export interface NodePlace {
  readonly bootstrapServers: string;
  /** For its properties, log and whatever else it writes. */
  readonly folder: string;
  /** Differs between contenders and is the same over rounds: a node that starts again finds its topics. */
  readonly groupId: string;
  /** Settings on top of those that are the same for all scenarios. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A Kafka Connect node: workers and REST API in one process, as both know it. */
export interface Contender {
  readonly name: string;
  /** Starts the process; it is not waited for. */
  start(place: NodePlace, port: number): StartedProcess;
}

/** Settings that both get; everything else is what each has by default. */
export function nodeProperties(place: NodePlace, port: number): Readonly<Record<string, string>> {
  const { bootstrapServers, groupId } = place;
  const string = 'org.apache.kafka.connect.storage.StringConverter';
  return {
    'bootstrap.servers': bootstrapServers,
    'group.id': groupId,
    'config.storage.topic': `${groupId}-configs`,
    'offset.storage.topic': `${groupId}-offsets`,
    'status.storage.topic': `${groupId}-status`,
    'config.storage.replication.factor': '1',
    'offset.storage.replication.factor': '1',
    'status.storage.replication.factor': '1',
    'key.converter': string,
    'value.converter': string,
    listeners: `http://127.0.0.1:${port}`,
    'rest.advertised.host.name': '127.0.0.1',
    'rest.advertised.port': String(port),
    ...place.settings,
  };
}

export function propertiesText(props: Readonly<Record<string, string>>): string {
  return Object.entries(props)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
