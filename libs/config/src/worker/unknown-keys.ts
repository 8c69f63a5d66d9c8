import { CLIENT_KINDS, clientConfigDef, type ClientKind } from '../clients/client-config-def.ts';
import type { PropertiesFile } from '../properties/properties-file.ts';

/** Settings of plugins and topics, which anything may follow. */
const OPEN_PREFIXES = [
  'config.providers.',
  'config.storage.',
  'offset.storage.',
  'status.storage.',
  'key.converter.',
  'value.converter.',
  'header.converter.',
  'metrics.context.',
];

/** Prefixes of the settings of an HTTPS listener. */
const HTTPS_PREFIXES = ['listeners.https.', 'admin.listeners.https.'];

/** Says of each setting that nobody knows, with its line, that it is ignored, and what may have been meant. */
export function warnOfUnknownKeys(
  file: PropertiesFile,
  known: ReadonlySet<string>,
  warn: (message: string) => void,
): void {
  const clients = new Map(
    CLIENT_KINDS.map((kind) => [
      kind,
      new Set(
        clientConfigDef(kind)
          .keys()
          .map(({ name }) => name),
      ),
    ]),
  );
  const all = new Set([...known, ...[...clients.values()].flatMap((names) => [...names])]);
  for (const key of Object.keys(file.props)) {
    if (all.has(key) || OPEN_PREFIXES.some((prefix) => key.startsWith(prefix) && key !== prefix)) {
      continue;
    }
    const prefix = [...CLIENT_KINDS.map((kind) => `${kind}.`), ...HTTPS_PREFIXES].find((each) =>
      key.startsWith(each),
    );
    const names = prefix === undefined ? all : namesUnder(prefix, known, clients);
    const name = key.slice(prefix?.length ?? 0);
    if (names.has(name)) {
      continue;
    }
    const near = nearest(name, names);
    const hint = near === undefined ? '' : `; did you mean '${prefix ?? ''}${near}'?`;
    warn(
      `${file.path}, line ${String(file.lineOf(key))}: the setting '${key}' is not known and is ignored${hint}`,
    );
  }
}

function namesUnder(
  prefix: string,
  known: ReadonlySet<string>,
  clients: ReadonlyMap<ClientKind, ReadonlySet<string>>,
): ReadonlySet<string> {
  const kind = CLIENT_KINDS.find((each) => prefix === `${each}.`);
  return kind === undefined
    ? new Set([...known].filter((name) => name.startsWith('ssl.')))
    : (clients.get(kind) ?? known);
}

/** The one name that differs by a slip of the finger or two. */
function nearest(name: string, names: ReadonlySet<string>): string | undefined {
  return [...names]
    .map((candidate) => ({ candidate, distance: distance(name, candidate) }))
    .filter((each) => each.distance <= 2)
    .sort((a, b) => a.distance - b.distance)[0]?.candidate;
}

/** Levenshtein's distance; names of very different lengths are not looked at. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) {
    return Infinity;
  }
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1),
        ),
      );
    }
    previous = current;
  }
  return previous[b.length] ?? Infinity;
}
