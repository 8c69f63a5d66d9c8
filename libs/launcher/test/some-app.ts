/** An app whose behaviour its properties file names (`client.id`); the script of the launcher's tests. */
import { ConnectError } from '@millrace/connect-api';
import { launch } from '../src/launch.ts';

const forever = (): Promise<never> =>
  new Promise(() => {
    setInterval(() => undefined, 1_000);
  });

launch('some-app', 'worker', async ({ config, logger }) => {
  switch (config.clientId) {
    case 'refuses':
      throw new ConnectError('It cannot be done', { cause: new Error('the moon is full') });
    case 'port-taken':
      throw Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 8083 });
    case 'starts-for-ever':
      return forever();
  }
  logger.debug('debugging');
  return {
    ready: `Ready as ${config.workerId}`,
    stop: async () => {
      if (config.clientId === 'hangs') {
        await forever();
      }
      logger.info('cleaned up');
    },
    finished:
      config.clientId === 'ends' ? Promise.reject(new ConnectError('The group threw me out')) : forever(),
  };
});
