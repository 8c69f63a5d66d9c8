import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeProperties, propertiesText, type ConnectNode } from './connect-node.ts';
import type { ProcessGroup } from './process-group.ts';

const KAFKA_FOLDER = fileURLToPath(new URL('../kafka/', import.meta.url));
const POM = fileURLToPath(new URL('../kafka/connect/pom.xml', import.meta.url));

/** What bin/connect-distributed.sh of Kafka gives its JVM. */
const OPTIONS = [
  '-Xms256M',
  '-Xmx2G',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-Djava.awt.headless=true',
];

/** The jars cannot be had here. */
export class NoJarsError extends Error {}

/** Kafka's own node (`ConnectDistributed` 4.3.1); its jars are fetched when they are not there. Throws NoJarsError. */
export function jvmNode(group: ProcessGroup, folder: string): ConnectNode {
  const jars = fetchJars();
  // A plugin on `plugin.path` is what a real node has; scanning it is part of its start.
  const plugins = join(folder, 'plugins');
  mkdirSync(join(plugins, 'connect-file'), { recursive: true });
  for (const name of readdirSync(jars).filter((jar) => jar.startsWith('connect-file-'))) {
    copyFileSync(join(jars, name), join(plugins, 'connect-file', name));
  }
  const classPath = readdirSync(jars)
    .filter((jar) => !jar.startsWith('connect-file-'))
    .map((jar) => join(jars, jar))
    .join(':');
  return {
    name: 'JVM',
    start: (place, port) => {
      const file = join(place.folder, 'jvm.properties');
      writeFileSync(file, propertiesText({ ...nodeProperties(place, port), 'plugin.path': plugins }));
      const logging = `-Dlog4j2.configurationFile=${join(KAFKA_FOLDER, 'log4j2.properties')}`;
      return group.start({
        name: 'JVM',
        command: 'java',
        args: [
          ...OPTIONS,
          logging,
          '-cp',
          classPath,
          'org.apache.kafka.connect.cli.ConnectDistributed',
          file,
        ],
        log: join(place.folder, 'jvm.log'),
      });
    },
  };
}

function fetchJars(): string {
  try {
    const script = join(KAFKA_FOLDER, 'fetch-jars.sh');
    return execFileSync('bash', [script, POM], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trim();
  } catch (error) {
    throw new NoJarsError('the jars of connect-runtime and connect-file cannot be fetched', { cause: error });
  }
}
