import { fileURLToPath } from 'node:url';

/** The script of a process of ours, which stands beside this module, in the bundle as in the sources. */
export function script(name: 'task-host' | 'validation-host'): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./${name}.${extension}`, import.meta.url));
}
