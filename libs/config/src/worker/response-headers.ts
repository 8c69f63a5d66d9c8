import { ConfigError } from '@millrace/connect-api';

/** One rule of `response.http.headers.config`. */
export interface ResponseHeader {
  readonly action: 'set' | 'add' | 'setDate' | 'addDate';
  readonly name: string;
  /** For the `Date` actions milliseconds to add to now. */
  readonly value: string;
}

const ACTIONS = ['set', 'add', 'setDate', 'addDate'] as const;

/**
 * Parses `[action] [header name]:[header value]`, several separated by commas, each in double quotes where it has a comma in it. Throws
 * ConfigError with the JVM's wording.
 */
export function parseResponseHeaders(text: string): ResponseHeader[] {
  return text.trim() === '' ? [] : rules(text).map(parseRule);
}

function rules(text: string): string[] {
  return [...text.matchAll(/\s*(?:"([^"]*)"|([^,]*))\s*(?:,|$)/g)]
    .map(([, quoted, plain]) => (quoted ?? plain ?? '').trim())
    .filter((rule, index, all) => rule !== '' || index < all.length - 1);
}

function parseRule(rule: string): ResponseHeader {
  const match = /^(\S+)\s+(.*)$/s.exec(rule);
  if (match === null) {
    throw new ConfigError(
      `Invalid format of header config '${rule}'. Expected: '[action] [header name]:[header value]'`,
    );
  }
  const action = ACTIONS.find((known) => known === match[1]);
  if (action === undefined) {
    throw new ConfigError(
      `Invalid header config action: '${match[1] ?? ''}'. Expected one of [${ACTIONS.join(', ')}]`,
    );
  }
  const header = match[2] ?? '';
  const colon = header.indexOf(':');
  if (colon < 1 || header.slice(colon + 1).trim() === '') {
    throw new ConfigError(
      `Invalid format of header name and header value pair '${header}'. Expected: '[header name]:[header value]'`,
    );
  }
  const name = header.slice(0, colon).trim();
  if (/\s/.test(name)) {
    throw new ConfigError(`Invalid header name '${name}'. The '[header name]' cannot contain whitespace`);
  }
  return { action, name, value: header.slice(colon + 1).trim() };
}
