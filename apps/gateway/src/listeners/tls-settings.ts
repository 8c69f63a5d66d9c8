import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ServerOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import { ConfigError, toError } from '@millrace/connect-api';

const LISTENER_PREFIX = 'listeners.https.';
const PEM_MARK = '-----BEGIN ';
const JKS_MAGIC = 0xfeedfeed;

/** TLS versions that Node can be told, by their Java names. */
const VERSIONS = {
  TLSv1: 'TLSv1',
  'TLSv1.1': 'TLSv1.1',
  'TLSv1.2': 'TLSv1.2',
  'TLSv1.3': 'TLSv1.3',
} as const;
type Version = keyof typeof VERSIONS;

/**
 * TLS of https listeners from the `listeners.https.` settings, or from the plain `ssl.` ones where there is none of those (KIP-208).
 * PEM and PKCS12 stores are read, told apart by what they hold. Throws ConfigError that names the key and what would be right.
 */
export function tlsSettings(originals: Readonly<Record<string, string>>, baseDir: string): ServerOptions {
  const settings = new TlsProps(originals, baseDir);
  const options = {
    ...keystore(settings),
    ...truststore(settings),
    ...clientAuth(settings),
    ...ciphers(settings),
  };
  try {
    createSecureContext(options);
  } catch (error) {
    throw new ConfigError(
      `The keystore of the https listeners cannot be used: ${toError(error).message}. Are '${settings.name('ssl.keystore.password')}' ` +
        `and '${settings.name('ssl.key.password')}' right?`,
      { cause: error, key: settings.name('ssl.keystore.location') },
    );
  }
  return options;
}

/** The settings, under the prefix or without it: all or nothing, as in the JVM. */
class TlsProps {
  readonly #originals: Readonly<Record<string, string>>;
  readonly #baseDir: string;
  readonly #prefix: string;

  constructor(originals: Readonly<Record<string, string>>, baseDir: string) {
    this.#originals = originals;
    this.#baseDir = baseDir;
    this.#prefix = Object.keys(originals).some((key) => key.startsWith(LISTENER_PREFIX))
      ? LISTENER_PREFIX
      : '';
  }

  name(key: string): string {
    return `${this.#prefix}${key}`;
  }

  get(key: string): string | undefined {
    const value = this.#originals[this.name(key)];
    return value === '' ? undefined : value;
  }

  /** The file that a setting names; undefined when it is not set. */
  file(key: string): Buffer | undefined {
    const path = this.get(key);
    if (path === undefined) {
      return undefined;
    }
    try {
      return readFileSync(resolve(this.#baseDir, path));
    } catch (error) {
      throw new ConfigError(
        `'${this.name(key)}' names a file that cannot be read: ${toError(error).message}`,
        {
          cause: error,
          key: this.name(key),
        },
      );
    }
  }
}

function keystore(settings: TlsProps): ServerOptions {
  const chain = settings.get('ssl.keystore.certificate.chain');
  const key = settings.get('ssl.keystore.key');
  const passphrase = settings.get('ssl.key.password');
  if (chain !== undefined && key !== undefined) {
    return { cert: chain, key, ...(passphrase === undefined ? {} : { passphrase }) };
  }
  const store = settings.file('ssl.keystore.location');
  if (store === undefined) {
    const location = settings.name('ssl.keystore.location');
    throw new ConfigError(
      `https listeners need a certificate: set '${location}' to a PEM or PKCS12 file, or '${settings.name('ssl.keystore.certificate.chain')}' ` +
        `and '${settings.name('ssl.keystore.key')}' to PEM text`,
      { key: location },
    );
  }
  if (isPem(store)) {
    return { cert: store, key: store, ...(passphrase === undefined ? {} : { passphrase }) };
  }
  refuseJks(store, settings.name('ssl.keystore.location'));
  const password = settings.get('ssl.keystore.password');
  return { pfx: store, ...(password === undefined ? {} : { passphrase: password }) };
}

function truststore(settings: TlsProps): ServerOptions {
  const text = settings.get('ssl.truststore.certificates');
  if (text !== undefined) {
    return { ca: text };
  }
  const store = settings.file('ssl.truststore.location');
  if (store === undefined) {
    return {};
  }
  if (!isPem(store)) {
    const location = settings.name('ssl.truststore.location');
    throw new ConfigError(
      `'${location}' must be a PEM file here; export the certificates of another store with: keytool -exportcert -rfc -keystore ` +
        '<store> -alias <alias>',
      { key: location },
    );
  }
  return { ca: store };
}

function clientAuth(settings: TlsProps): ServerOptions {
  const wanted = settings.get('ssl.client.authentication') ?? settings.get('ssl.client.auth') ?? 'none';
  switch (wanted.toLowerCase()) {
    case 'none':
      return {};
    case 'requested':
      return { requestCert: true, rejectUnauthorized: false };
    case 'required':
      return { requestCert: true, rejectUnauthorized: true };
    default:
      throw ConfigError.invalidValue(
        settings.name('ssl.client.authentication'),
        wanted,
        'String must be one of: required, requested, none',
      );
  }
}

function ciphers(settings: TlsProps): ServerOptions {
  const suites = settings.get('ssl.cipher.suites');
  const enabled = (settings.get('ssl.enabled.protocols') ?? 'TLSv1.2,TLSv1.3')
    .split(',')
    .map((name) => name.trim());
  const known = Object.keys(VERSIONS).filter((name) => enabled.includes(name)) as Version[];
  const [minVersion] = known;
  const maxVersion = known.at(-1);
  if (minVersion === undefined || maxVersion === undefined) {
    throw ConfigError.invalidValue(
      settings.name('ssl.enabled.protocols'),
      enabled.join(','),
      `expected some of ${Object.keys(VERSIONS).join(', ')}`,
    );
  }
  return {
    minVersion,
    maxVersion,
    ...(suites === undefined ? {} : { ciphers: suites.replaceAll(',', ':') }),
  };
}

function isPem(store: Buffer): boolean {
  return store.includes(PEM_MARK);
}

function refuseJks(store: Buffer, key: string): void {
  if (store.length >= 4 && store.readUInt32BE(0) === JKS_MAGIC) {
    throw new ConfigError(
      `'${key}' names a JKS keystore, which only Java reads; convert it with: keytool -importkeystore -srckeystore <store> -destkeystore ` +
        '<store>.p12 -deststoretype PKCS12',
      { key },
    );
  }
}
