import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeProperties, propertiesText, type NodePlace } from '../processes/connect-node.ts';
import type { ProcessGroup, StartedProcess } from '../processes/process-group.ts';
import type { Contender } from './contender.ts';

const APPS = fileURLToPath(new URL('../../apps/', import.meta.url));

/** Our node, and its halves, as built. */
export function millrace(group: ProcessGroup): Contender {
  const starter =
    (app: string) =>
    (place: NodePlace, port: number): StartedProcess => {
      const file = join(place.folder, 'millrace.properties');
      writeFileSync(file, propertiesText({ ...nodeProperties(place, port), 'log.level': 'warn' }));
      return group.start({
        name: 'Millrace',
        command: process.execPath,
        args: ['--disable-warning=TimeoutNegativeWarning', join(APPS, app, 'dist/main.js'), file],
        log: join(place.folder, 'millrace.log'),
      });
    };
  return {
    name: 'Millrace',
    start: starter('connect-distributed'),
    halves: { worker: starter('worker'), gateway: starter('gateway') },
  };
}
