/** What controllers are given (an {@link Aggregator}). */
export const AGGREGATOR = Symbol('Aggregator');
