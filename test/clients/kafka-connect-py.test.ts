import { join } from 'node:path';
import { describeClient } from './client-story.ts';
import { allBut, DrivenClient } from './foreign-client.ts';
import { DRIVERS, lacking, pythonEnvironment } from './tool-chain.ts';

const missing = await lacking('python3');

describeClient(
  {
    title: 'kafka-connect-py 1.0.0 of PyPI',
    offers: allBut('patch', 'offsets', 'alterOffsets', 'resetOffsets', 'pluginConfig', 'loggers', 'setLevel'),
    start: async (url) => {
      const bin = await pythonEnvironment('kafka-connect-py', ['kafka-connect-py==1.0.0']);
      return new DrivenClient(join(bin, 'python'), [join(DRIVERS, 'python/kafka_connect_py.py'), url]);
    },
  },
  missing.length > 0,
);
