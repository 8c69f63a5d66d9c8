/** Injection token of the {@link Worker} that the controllers speak for. */
export const WORKER = Symbol('Worker');
