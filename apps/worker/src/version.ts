/** The worker's own version, shown in its presence record. */
export const VERSION = '0.1.0';
