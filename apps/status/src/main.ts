import { launch } from '@millrace/launcher';
import { startStatus } from './index.ts';

launch('connect-status', 'status', startStatus);
