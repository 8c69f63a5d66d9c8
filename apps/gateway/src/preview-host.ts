import { runPreview } from './transforms/run-preview.ts';

// The main of the processes in which the gateway itself tries transforms.
runPreview();
