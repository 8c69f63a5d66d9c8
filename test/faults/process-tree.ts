import { readdirSync, readFileSync } from 'node:fs';

/** A process and its descendants, from /proc. */
function processTree(root: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (/^\d+$/.test(entry)) {
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
        // The second field, the name, may hold anything, but ends with the last bracket.
        const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
        parents.set(Number(entry), Number(parent));
      } catch {
        // It ended in between.
      }
    }
  }
  const tree = [root];
  for (const pid of tree) {
    tree.push(...[...parents].filter(([, parent]) => parent === pid).map(([child]) => child));
  }
  return tree;
}

/** Sends a signal to a process and all its descendants. */
export function signalTree(root: number, signal: NodeJS.Signals): void {
  for (const pid of processTree(root)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended in between.
    }
  }
}
