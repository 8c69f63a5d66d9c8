import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeProperties, propertiesText } from '../processes/connect-node.ts';
import type { ProcessGroup } from '../processes/process-group.ts';
import type { Contender } from './contender.ts';

const MAIN = fileURLToPath(new URL('../../apps/connect-distributed/dist/main.js', import.meta.url));

/** Our node, as built. */
export function millrace(group: ProcessGroup): Contender {
  return {
    name: 'Millrace',
    start: (place, port) => {
      const file = join(place.folder, 'millrace.properties');
      writeFileSync(file, propertiesText({ ...nodeProperties(place, port), 'log.level': 'warn' }));
      return group.start({
        name: 'Millrace',
        command: process.execPath,
        args: ['--disable-warning=TimeoutNegativeWarning', MAIN, file],
        log: join(place.folder, 'millrace.log'),
      });
    },
  };
}
