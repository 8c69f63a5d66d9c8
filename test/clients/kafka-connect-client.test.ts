import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describeClient } from './client-story.ts';
import { allBut, ClientError, type ForeignClient, type Operation } from './foreign-client.ts';
import { npmPackages } from './tool-chain.ts';

type Call = (...args: readonly unknown[]) => Promise<{ readonly data: unknown }>;

interface Package {
  readonly KafkaConnectClient: new (options: { readonly host: string; readonly port: string }) => Readonly<
    Record<string, Call>
  > & {
    readonly connector: (name: string) => Readonly<Record<string, Call>>;
  };
}

/** Methods of the client itself, by operation. */
const OF_CLUSTER: Partial<Record<Operation, string>> = {
  server: 'getCluster',
  list: 'getConnectors',
  expand: 'getConnectors',
  create: 'createConnector',
  plugins: 'getConnectorPlugins',
  validate: 'validateConnectorConfig',
};

/** Methods of one connector's client. */
const OF_CONNECTOR: Partial<Record<Operation, string>> = {
  get: 'get',
  config: 'getConfig',
  put: 'updateConfig',
  status: 'getStatus',
  pause: 'pause',
  resume: 'resume',
  stop: 'stop',
  restart: 'restart',
  tasks: 'getTasks',
  taskStatus: 'getTaskStatus',
  restartTask: 'restartTask',
  resetTopics: 'resetTopics',
  offsets: 'getOffsets',
  alterOffsets: 'alterOffsets',
  resetOffsets: 'resetOffsets',
  delete: 'delete',
};

class NpmClient implements ForeignClient {
  readonly #client: InstanceType<Package['KafkaConnectClient']>;

  constructor({ KafkaConnectClient }: Package, url: string) {
    const { hostname, port } = new URL(url);
    this.#client = new KafkaConnectClient({ host: hostname, port });
  }

  async call(operation: Operation, ...args: readonly unknown[]): Promise<unknown> {
    try {
      return (await this.#method(operation, args)).data;
    } catch (error) {
      const { response } = error as { response?: { status: number; data: { message: string } } };
      if (response === undefined) {
        throw error;
      }
      throw new ClientError(response.status, response.data.message);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #method(operation: Operation, args: readonly unknown[]): ReturnType<Call> {
    const method = OF_CLUSTER[operation];
    if (method !== undefined) {
      return (
        this.#client[method]?.(...argumentsOf(operation, args)) ??
        Promise.reject(new Error(`There is no ${method}`))
      );
    }
    const [name, ...rest] = args;
    const ofConnector = OF_CONNECTOR[operation] ?? operation;
    const connector = this.#client.connector(name as string);
    return (
      connector[ofConnector]?.(...argumentsOf(operation, rest)) ?? Promise.reject(new Error(ofConnector))
    );
  }
}

/** What the client's own signatures want instead of a body of the API. */
function argumentsOf(operation: Operation, args: readonly unknown[]): readonly unknown[] {
  if (operation === 'alterOffsets') {
    return [(args[0] as { offsets: unknown }).offsets];
  }
  return operation === 'expand' ? [{ expand: 'status' }] : args;
}

describeClient(
  {
    title: 'kafka-connect-client 2.3.0 of npm',
    offers: allBut(
      'createPaused',
      // Its options travel in the body, where nobody reads them.
      'restartWithTasks',
      'patch',
      // It reads the answer's text as if it were parsed, and fails by itself.
      'topics',
      'pluginConfig',
      'loggers',
      'setLevel',
    ),
    start: async (url) => {
      const folder = await npmPackages('kafka-connect-client', ['kafka-connect-client@2.3.0']);
      const load = createRequire(join(folder, 'package.json'));
      return new NpmClient(load('kafka-connect-client') as Package, url);
    },
  },
  false,
);
