/**
 * Node's flags for every process of ours, children included: kafkajs asks for timers in the past, which Node 24 warns of
 * (design section 6).
 */
export const PROCESS_FLAGS: readonly string[] = ['--disable-warning=TimeoutNegativeWarning'];
