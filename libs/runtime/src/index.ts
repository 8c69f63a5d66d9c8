export type { HostFactory } from './host/host-link.ts';
export { hostWork, type HostWorkOptions } from './host/host-work.ts';
export { inlineHostFactory } from './host/inline-host.ts';
export type { TaskMetrics } from './host/messages.ts';
export { processHostFactory, type ProcessHostOptions } from './host/process-host.ts';
export { runTaskHost } from './host/run-task-host.ts';
export { TaskHost } from './host/task-host.ts';
export { Worker, type WorkerOptions } from './worker/worker.ts';
export type { WorkerHealth } from './worker/worker-health.ts';
