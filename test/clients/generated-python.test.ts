import { join } from 'node:path';
import { describeClient } from './client-story.ts';
import { ALL_OPERATIONS, DrivenClient } from './foreign-client.ts';
import { generatedClient } from './openapi-generator.ts';
import { DRIVERS, lacking, run } from './tool-chain.ts';

const missing = await lacking('java', 'mvn', 'python3');

describeClient(
  {
    title: 'the Python client of openapi-generator',
    offers: ALL_OPERATIONS,
    start: async (url) => {
      const project = await generatedClient('python', async (folder) => {
        const environment = join(folder, 'environment');
        await run('python3', ['-m', 'venv', environment]);
        await run(join(environment, 'bin/pip'), [
          'install',
          '--disable-pip-version-check',
          '--quiet',
          folder,
        ]);
      });
      const python = join(project, 'environment/bin/python');
      return new DrivenClient(python, [join(DRIVERS, 'python/generated_client.py'), url]);
    },
  },
  missing.length > 0,
);
