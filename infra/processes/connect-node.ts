import type { StartedProcess } from './process-group.ts';

/** Where a node runs, and what it is given. */
export interface NodePlace {
  readonly bootstrapServers: string;
  /** For its properties, log and whatever else it writes. */
  readonly folder: string;
  /** Names its group and its topics: a node that starts again with the same finds them. */
  readonly groupId: string;
  /** Settings on top of {@link nodeProperties}. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A Kafka Connect node: workers and REST API in one process, as both the JVM's and ours know it. */
export interface ConnectNode {
  readonly name: string;
  /** Starts the process; it is not waited for. */
  start(place: NodePlace, port: number): StartedProcess;
}

/** Settings that every node gets, whoever made it; everything else is what each has by default. */
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

/** A properties file with these settings. */
export function propertiesText(props: Readonly<Record<string, string>>): string {
  return Object.entries(props)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
