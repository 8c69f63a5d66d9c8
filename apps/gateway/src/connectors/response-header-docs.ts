const TEXT = { type: 'string' } as const;

/** `Location` of a created connector, for the document. */
export const LOCATION = { Location: { description: 'Address of the connector', schema: TEXT } } as const;

/** `ETag` of a configuration, for the document. */
export const ETAG = {
  ETag: { description: 'Revision of the configuration, for If-Match', schema: TEXT },
} as const;
