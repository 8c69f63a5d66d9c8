import { launch } from '@millrace/launcher';
import { startNode } from './index.ts';

launch('connect-distributed', 'node', startNode);
