import { runOffsetHook } from './offsets/run-offset-hook.ts';

// The main of the processes in which connectors are asked about offsets.
runOffsetHook();
