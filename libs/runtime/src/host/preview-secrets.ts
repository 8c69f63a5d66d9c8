import { JsonNumber, type JsonNode } from '@millrace/connect-api';

const HIDDEN = '[hidden]';
/** Parts of texts that are shorter are no secrets; hiding them would garble everything. A whole text is hidden all the same. */
const SHORTEST_PART = 3;

/** What must not be in an answer: values that references stand for, and passwords (design invariant 6). */
export class PreviewSecrets {
  readonly #whole: ReadonlySet<string>;
  /** Longest first, so that a secret that holds another is taken as a whole. */
  readonly #parts: readonly string[];

  constructor(values: Iterable<string>) {
    const secrets = new Set([...values].flatMap(formsOf).filter((form) => form !== ''));
    this.#whole = secrets;
    this.#parts = [...secrets]
      .filter(({ length }) => length >= SHORTEST_PART)
      .toSorted((a, b) => b.length - a.length);
  }

  hide(text: string): string {
    return this.#whole.has(text)
      ? HIDDEN
      : this.#parts.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text);
  }

  /** A tree without secrets. Numbers that are one become text, since a transform may have made a number of it. */
  hideIn(node: JsonNode): JsonNode {
    return this.#whole.size === 0 ? node : this.#hidden(node);
  }

  #hidden(node: JsonNode): JsonNode {
    if (typeof node === 'string') {
      return this.hide(node);
    }
    if (node instanceof JsonNumber) {
      return this.#isSecret(node) ? HIDDEN : node;
    }
    if (Array.isArray(node)) {
      return (node as readonly JsonNode[]).map((item) => this.#hidden(item));
    }
    if (node instanceof Map) {
      const members = [...(node as ReadonlyMap<string, JsonNode>)];
      return new Map(
        members.map(([key, item]) => [STRUCTURE.has(key) ? key : this.hide(key), this.#hidden(item)]),
      );
    }
    return node;
  }

  #isSecret({ text }: JsonNumber): boolean {
    return [...this.#whole].some(
      (secret) => secret === text || (secret.trim() !== '' && Number(secret) === Number(text)),
    );
  }
}

/** Keys that say what the rest is; no secret is hidden by hiding one. */
const STRUCTURE: ReadonlySet<string> = new Set([
  ...['topic', 'partition', 'offset', 'timestamp', 'key', 'value', 'headers', 'schema', 'payload'],
  ...['type', 'optional', 'fields', 'field', 'name', 'version', 'doc', 'parameters', 'default', 'items'],
  ...['keys', 'values'],
]);

/** A secret as it was resolved, as settings trim it, and as bytes are shown. */
function formsOf(value: string): readonly string[] {
  return [value, value.trim(), ...(value === '' ? [] : [Buffer.from(value).toString('base64')])];
}
