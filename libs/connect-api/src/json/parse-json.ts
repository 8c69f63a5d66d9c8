import type { ConnectValue } from '../data/schema.ts';
import { JsonNumber, type JsonNode } from './json-node.ts';
import { JsonReader } from './json-reader.ts';

/**
 * Parses JSON without losing what a number was: an integer becomes `bigint`, one with a fraction or exponent `number` (docs/
 * decisions/0002). Objects become `Map` in the order of the text; of duplicate keys the last wins. Throws JsonSyntaxError (a
 * DataError), which names the position, also for a text nested deeper than 1000.
 */
export function parseJson(text: string): ConnectValue {
  const reader = new JsonReader(text);
  const node = reader.node();
  if (!Number.isNaN(reader.peek())) {
    reader.fail('unexpected text after the value');
  }
  return toValue(node);
}

function toValue(node: JsonNode): ConnectValue {
  if (node === null || typeof node !== 'object') {
    return node;
  }
  if (node instanceof JsonNumber) {
    return node.integer ? BigInt(node.text) : Number(node.text);
  }
  if (Array.isArray(node)) {
    return (node as readonly JsonNode[]).map(toValue);
  }
  const map = new Map<ConnectValue, ConnectValue>();
  for (const [key, value] of node as ReadonlyMap<string, JsonNode>) {
    map.set(key, toValue(value));
  }
  return map;
}
