/** The schema of a configuration: text by key; null removes a key in a PATCH, and is no value elsewhere. */
export const CONFIG_MAP = {
  type: 'object',
  additionalProperties: { type: 'string', nullable: true },
} as const;
