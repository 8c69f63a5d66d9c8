import { launch } from '@millrace/launcher';
import { startGateway } from './index.ts';

launch('gateway', 'gateway', startGateway);
