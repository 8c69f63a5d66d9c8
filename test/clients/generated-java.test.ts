import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeClient } from './client-story.ts';
import { ALL_OPERATIONS, DrivenClient } from './foreign-client.ts';
import { generatedClient } from './openapi-generator.ts';
import { javaDriver, lacking, run } from './tool-chain.ts';

const missing = await lacking('java', 'javac', 'mvn');

describeClient(
  {
    title: 'the Java client of openapi-generator',
    offers: ALL_OPERATIONS,
    start: async (url) => {
      const project = await generatedClient('java', (folder) =>
        run(
          'mvn',
          ['-q', '-B', 'compile', 'dependency:build-classpath', '-Dmdep.outputFile=class-path.txt'],
          { cwd: folder },
        ),
      );
      const libraries = readFileSync(join(project, 'class-path.txt'), 'utf8').trim();
      const classPath = await javaDriver(
        `${join(project, 'target/classes')}:${libraries}`,
        'GeneratedClient',
      );
      return new DrivenClient('java', ['-cp', classPath, 'millrace.clients.GeneratedClient', url]);
    },
  },
  missing.length > 0,
);
