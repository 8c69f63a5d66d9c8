/** A number as its text says it, so that nothing is lost before it is known what it shall be. */
export class JsonNumber {
  readonly text: string;
  /** Whether the text has neither fraction nor exponent. */
  readonly integer: boolean;

  constructor(text: string, integer: boolean) {
    this.text = text;
    this.integer = integer;
  }
}

/** Any JSON value. Objects keep the order of the text; of duplicate keys the last wins. */
export type JsonNode =
  null | boolean | string | JsonNumber | readonly JsonNode[] | ReadonlyMap<string, JsonNode>;

/** Prints a tree as JSON that reads back as the same tree. */
export function nodeToJson(node: JsonNode): string {
  if (typeof node === 'string') {
    return JSON.stringify(node);
  }
  if (node === null || typeof node === 'boolean') {
    return String(node);
  }
  if (node instanceof JsonNumber) {
    return node.text;
  }
  if (Array.isArray(node)) {
    return `[${(node as readonly JsonNode[]).map(nodeToJson).join(',')}]`;
  }
  const members = [...(node as ReadonlyMap<string, JsonNode>)];
  return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${nodeToJson(value)}`).join(',')}}`;
}
