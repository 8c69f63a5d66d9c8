import { ConfigError } from '@millrace/connect-api';

/** An address that a process listens on. */
export interface Listener {
  readonly scheme: 'http' | 'https';
  /** Empty: all addresses. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** Parses `http://host:port` (host may be left out, IPv6 in brackets); ConfigError names the key. */
export function parseListener(key: string, text: string): Listener {
  const match = /^(https?):\/\/(\[[0-9a-fA-F:.%]+\]|[^\s/:[\]]*):(\d+)\/?$/i.exec(text.trim());
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw ConfigError.invalidValue(
      key,
      text,
      'expected a comma-separated list of URLs like http://localhost:8080 or https://:8443',
    );
  }
  return {
    scheme: match[1]?.toLowerCase() === 'https' ? 'https' : 'http',
    host: (match[2] ?? '').replace(/^\[|\]$/g, ''),
    port,
  };
}

/** `host:port`, with IPv6 addresses in brackets. */
export function hostAndPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
