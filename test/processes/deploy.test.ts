import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Cluster, startKafka, tempDir, type AppRole, type Kafka } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ENV_SCRIPT = fileURLToPath(new URL('../../infra/bin/env.sh', import.meta.url));
const ROLES: readonly AppRole[] = ['worker', 'gateway', 'status', 'connect-distributed'];

let kafka: Kafka;
let cluster: Cluster;

beforeAll(async () => {
  kafka = await startKafka();
  cluster = new Cluster({ bootstrapServers: kafka.bootstrapServers });
}, 60_000);

afterAll(async () => {
  await cluster.stop();
  await kafka.stop();
});

it.each(ROLES)(
  '%s runs from its own deployed folder, without the repository',
  async (role) => {
    const folder = join(tempDir('millrace-deploy-'), role);
    execFileSync(
      'bash',
      [
        '-c',
        '. "$1"; use_pnpm && cd "$ROOT" && pnpm --filter "@millrace/$2" deploy --prod "$3"',
        'deploy',
        ENV_SCRIPT,
        role,
        folder,
      ],
      {
        stdio: 'pipe',
      },
    );
    const app = await (await cluster.start(role, {}, { appDir: folder })).ready();
    if (role === 'connect-distributed' || role === 'gateway') {
      const plugins = await app.rest.get('/connector-plugins');
      expect(JSON.stringify(plugins.body)).toContain(
        'org.apache.kafka.connect.file.FileStreamSourceConnector',
      );
    }
    expect(await app.process.stop()).toBe(0);
  },
  120_000,
);
