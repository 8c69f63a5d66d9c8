import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniqueName, waitFor, type RestClient } from '@millrace/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { fileSource } from '../connectors.ts';
import { numberedLines } from '../lines.ts';
import { ClientError, type ForeignClient, type Operation } from './foreign-client.ts';
import { LiveCluster } from './live-cluster.ts';

export interface ClientStory {
  /** Package or generator, with the version where it is not pinned elsewhere. */
  readonly title: string;
  /** What the client offers; what it lacks is no part of its story. */
  readonly offers: readonly Operation[];
  /** Installs or generates the client, and starts it against a gateway. */
  readonly start: (gatewayUrl: string) => Promise<ForeignClient>;
}

const INSTALL_LIMIT_MS = 600_000;
const STAGE_LIMIT_MS = 90_000;
const LINES = 20;
const SOURCE_CLASS = 'org.apache.kafka.connect.file.FileStreamSourceConnector';

/**
 * The life of a connector in the hands of a foreign client, against a gateway and a worker. Whatever the client says it sees
 * is compared with what the REST API says; whatever it does is looked up there.
 */
export function describeClient(story: ClientStory, leftOut: boolean): void {
  describe.skipIf(leftOut)(story.title, () => {
    const name = uniqueName('client');
    let live: LiveCluster;
    let client: ForeignClient;
    let rest: RestClient;
    let config: Readonly<Record<string, string>>;

    const offered = (...operations: readonly Operation[]): boolean =>
      operations.every((operation) => story.offers.includes(operation));

    /** Does something where the client offers it. */
    const does = async (operation: Operation, ...args: readonly unknown[]): Promise<unknown> =>
      offered(operation) ? client.call(operation, ...args) : undefined;

    /** What the client reads, where it offers that, is what the API answers to a plain request. */
    const sees = async (path: string, operation: Operation, ...args: readonly unknown[]): Promise<void> => {
      if (offered(operation)) {
        const seen = await client.call(operation, ...args);
        const { status, body } = await rest.get(path);
        expect({ operation, status }).toEqual({ operation, status: 200 });
        expect(withoutNulls(seen)).not.toEqual({});
        expect(withoutNulls(body)).toMatchObject(withoutNulls(seen) as object);
      }
    };

    /** Waits until the API shows connector and tasks in that state. */
    const reaches = (state: string, tasks: number): Promise<unknown> =>
      waitFor(
        `${name} to be ${state}`,
        async () => {
          const status = await rest.status(name);
          const states = [status.connector, ...status.tasks].map((part) => part.state);
          return status.tasks.length === tasks && states.every((each) => each === state);
        },
        { timeoutMs: 30_000, seen: () => live.cluster.outputs() },
      );

    /** The error that the client raises. */
    const refusal = async (operation: Operation, ...args: readonly unknown[]): Promise<ClientError> => {
      const outcome = await client.call(operation, ...args).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(ClientError);
      return outcome as ClientError;
    };

    const topicsShown = async (): Promise<readonly string[]> => {
      const { body } = await rest.get(`/connectors/${name}/topics`);
      return (body as Record<string, { topics: readonly string[] }>)[name]?.topics ?? [];
    };

    beforeAll(async () => {
      live = await LiveCluster.start();
      rest = live.gateway.rest;
      const input = join(live.cluster.dir, `${name}.txt`);
      writeFileSync(input, numberedLines(LINES));
      config = fileSource(input, name);
      return () => live.stop();
    });

    beforeAll(async () => {
      client = await story.start(live.gateway.url);
      return () => client.close();
    }, INSTALL_LIMIT_MS);

    it('sees the server and its plugins, and what a configuration lacks', async () => {
      await sees('/', 'server');
      await sees('/connector-plugins', 'plugins');
      await sees('/connector-plugins/FileStreamSource/config', 'pluginConfig', 'FileStreamSource');
      if (offered('validate')) {
        const incomplete = { 'connector.class': 'FileStreamSource', name: 'x' };
        const path = '/connector-plugins/FileStreamSource/config/validate';
        const seen = await client.call('validate', 'FileStreamSource', incomplete);
        const { body } = await rest.call('PUT', path, incomplete);
        expect(seen).toMatchObject({ error_count: 1 });
        expect(withoutNulls(body)).toMatchObject(withoutNulls(seen) as object);
      }
    });

    it(
      'creates a connector and sees it run',
      async () => {
        if (offered('createPaused')) {
          await client.call('createPaused', name, config);
          await reaches('PAUSED', 0);
          await client.call('resume', name);
        } else {
          await client.call('create', name, config);
        }
        await reaches('RUNNING', 1);
        await waitFor('the topic to be in use', async () => (await topicsShown()).includes(name));
        await sees('/connectors', 'list');
        await sees('/connectors?expand=info&expand=status', 'expand');
        await sees(`/connectors/${name}`, 'get', name);
        await sees(`/connectors/${name}/config`, 'config', name);
        await sees(`/connectors/${name}/status`, 'status', name);
        await sees(`/connectors/${name}/tasks`, 'tasks', name);
        await sees(`/connectors/${name}/tasks/0/status`, 'taskStatus', name, 0);
        await sees(`/connectors/${name}/topics`, 'topics', name);
        if (offered('resetTopics')) {
          await client.call('resetTopics', name);
          await waitFor('no topic to be in use', async () => (await topicsShown()).length === 0);
        }
      },
      STAGE_LIMIT_MS,
    );

    it(
      'changes the configuration',
      async () => {
        const shown = async (): Promise<unknown> => (await rest.get(`/connectors/${name}/config`)).body;
        await client.call('put', name, {
          ...config,
          'batch.size': '11',
          'header.converter': 'StringConverter',
        });
        expect(await shown()).toEqual({
          ...config,
          name,
          'batch.size': '11',
          'header.converter': 'StringConverter',
        });
        if (offered('patch')) {
          await client.call('patch', name, { 'batch.size': '12', 'header.converter': null });
          expect(await shown()).toEqual({ ...config, name, 'batch.size': '12' });
        }
        await reaches('RUNNING', 1);
      },
      STAGE_LIMIT_MS,
    );

    it(
      'pauses, resumes and restarts it',
      async () => {
        await client.call('pause', name);
        await reaches('PAUSED', 1);
        await sees(`/connectors/${name}/status`, 'status', name);
        await client.call('resume', name);
        await reaches('RUNNING', 1);
        await does('restart', name);
        await reaches('RUNNING', 1);
        await does('restartWithTasks', name);
        await reaches('RUNNING', 1);
        await does('restartTask', name, 0);
        await reaches('RUNNING', 1);
      },
      STAGE_LIMIT_MS,
    );

    if (offered('stop')) {
      it(
        'stops it, and moves its offsets',
        async () => {
          await client.call('stop', name);
          await reaches('STOPPED', 0);
          await sees(`/connectors/${name}/offsets`, 'offsets', name);
          const shown = async (): Promise<unknown> => (await rest.get(`/connectors/${name}/offsets`)).body;
          if (offered('alterOffsets')) {
            const offsets = [{ partition: { filename: config['file'] }, offset: { position: 26 } }];
            await client.call('alterOffsets', name, { offsets });
            expect(await shown()).toEqual({ offsets });
            await client.call('resetOffsets', name);
            expect(await shown()).toEqual({ offsets: [] });
          }
          await client.call('resume', name);
          await reaches('RUNNING', 1);
        },
        STAGE_LIMIT_MS,
      );
    }

    if (offered('setLevel')) {
      it('sets the level of a logger', async () => {
        const logger = 'org.apache.kafka.connect.runtime';
        await client.call('setLevel', logger, 'DEBUG');
        const { body } = await rest.get(`/admin/loggers/${logger}`);
        expect(body).toMatchObject({ level: 'DEBUG' });
        await sees('/admin/loggers', 'loggers');
      });
    }

    it('is told what is wrong', async () => {
      const unknown = await refusal('get', 'nobody');
      expect(unknown).toMatchObject({ status: 404, message: 'Connector nobody not found' });
      const invalid = await refusal('put', name, { 'connector.class': SOURCE_CLASS });
      expect(invalid.status).toBe(400);
      expect(invalid.message).toContain('Missing required configuration "topic" which has no default value.');
      if (offered('create')) {
        const taken = await refusal('create', name, config);
        expect(taken.status).toBe(409);
      }
    });

    it('deletes it', async () => {
      await client.call('delete', name);
      const { status } = await rest.get(`/connectors/${name}`);
      expect(status).toBe(404);
    });
  });
}

/** Some clients drop nulls, others make them of what is absent: neither says anything. */
function withoutNulls(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, item: unknown) => (item === null ? undefined : item)));
}
