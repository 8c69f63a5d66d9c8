import type { OpenAPIObject } from '@nestjs/swagger';

const MARK = 'any';

/** A property that may be any JSON. Nest takes what has no type for an object: {@link freeAnyValues} mends it. */
export const ANY_VALUE = { type: 'string', format: MARK, nullable: true } as const;

interface PropertySchema {
  type?: string;
  format?: string;
}

/** Takes the type away from the properties that are {@link ANY_VALUE}. */
export function freeAnyValues(document: OpenAPIObject): OpenAPIObject {
  for (const schema of Object.values(document.components?.schemas ?? {})) {
    const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, PropertySchema>> };
    for (const property of Object.values(properties)) {
      if (property.format === MARK) {
        delete property.type;
        delete property.format;
      }
    }
  }
  return document;
}
