import { launch } from '@millrace/launcher';
import { startWorker } from './index.ts';

launch('connect-worker', 'worker', startWorker);
