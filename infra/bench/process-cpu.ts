import { readFileSync } from 'node:fs';

/** Linux counts in these for whoever asks, whatever its own clock does. */
const TICKS_PER_SECOND = 100;
/** Places of user and system time in `/proc/<pid>/stat`, counted after the program's name, which may hold spaces. */
const USER = 11;
const SYSTEM = 12;

/** Seconds of CPU that a process has used so far, its threads included and its children not; NaN where nobody says. */
export function processCpu(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[USER]) + Number(fields[SYSTEM])) / TICKS_PER_SECOND;
  } catch {
    return NaN;
  }
}
