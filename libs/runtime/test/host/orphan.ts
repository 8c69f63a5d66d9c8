/** Starts a task host whose task spins, and tells its process id: the worker that is killed in the process host tests. */
import { fileURLToPath } from 'node:url';
import type { WorkerConfig } from '@millrace/config';
import { processHostFactory } from '../../src/host/process-host.ts';

const link = processHostFactory({
  entry: fileURLToPath(new URL('./misbehaving-host.ts', import.meta.url)),
  execArgv: [],
})();
link.onMessage((message) => {
  if (message.type === 'ready') {
    link.send({
      type: 'request',
      id: 1,
      request: {
        op: 'start',
        unit: {
          connector: 'X',
          task: 0,
          run: 1,
          connectorConfig: {},
          taskConfig: { misdeed: 'spins' },
          targetState: 'STARTED',
        },
      },
    });
  }
  if (message.type === 'reply') {
    process.stdout.write(`${link.label} started its task\n`);
  }
});
link.send({ type: 'init', config: {} as WorkerConfig });
link.send({ type: 'lease', deadline: Number.POSITIVE_INFINITY });
