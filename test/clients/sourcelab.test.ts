import { join } from 'node:path';
import { describeClient } from './client-story.ts';
import { allBut, DrivenClient } from './foreign-client.ts';
import { jars, javaDriver, lacking } from './tool-chain.ts';

const missing = await lacking('java', 'javac', 'mvn');

describeClient(
  {
    title: 'org.sourcelab:kafka-connect-client 4.0.4 of Maven Central',
    offers: allBut(
      'createPaused',
      'patch',
      'stop',
      'offsets',
      'alterOffsets',
      'resetOffsets',
      'pluginConfig',
      'loggers',
      'setLevel',
    ),
    start: async (url) => {
      const classPath = await javaDriver(join(await jars('sourcelab'), '*'), 'SourceLabClient');
      return new DrivenClient('java', ['-cp', classPath, 'millrace.clients.SourceLabClient', url]);
    },
  },
  missing.length > 0,
);
