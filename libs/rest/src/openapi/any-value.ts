/** The schema of what may be any JSON. */
export const ANY_VALUE = { nullable: true } as const;
