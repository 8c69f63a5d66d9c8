import { javaHashMap, type ConnectValue, type JsonNumber, type JsonReader } from '@millrace/connect-api';
import { ObjectShape } from './object-shapes.ts';

const QUOTE = 34;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Reads values that have no schema: objects as maps in Java's order, integers as `bigint`, other numbers as `number`. */
export class SchemalessDecoder {
  readonly #root = ObjectShape.root();
  /** Members of the objects being read, the innermost last, so that no array is made per object. */
  readonly #members: ConnectValue[] = [];

  read(reader: JsonReader): ConnectValue {
    this.#members.length = 0;
    return this.#value(reader);
  }

  #value(reader: JsonReader): ConnectValue {
    const char = reader.peek();
    switch (char) {
      case QUOTE:
        return reader.string();
      case OPEN_BRACE:
        return this.#object(reader);
      case OPEN_BRACKET:
        return this.#array(reader);
      case 116:
        return reader.word('true', true);
      case 102:
        return reader.word('false', false);
      case 110:
        return reader.word('null', null);
      default:
        return Number.isNaN(char) ? reader.fail('the text ends too early') : numberValue(reader);
    }
  }

  #array(reader: JsonReader): ConnectValue {
    const items: ConnectValue[] = [];
    reader.at += 1;
    reader.enter();
    if (!reader.take(CLOSE_BRACKET)) {
      do {
        items.push(this.#value(reader));
      } while (reader.next(CLOSE_BRACKET));
    }
    reader.leave();
    return items;
  }

  #object(reader: JsonReader): ConnectValue {
    const members = this.#members;
    const base = members.length;
    let shape = this.#root;
    reader.at += 1;
    reader.enter();
    if (!reader.take(CLOSE_BRACE)) {
      do {
        let next: ObjectShape | undefined;
        if (shape.predictedLabel !== undefined && reader.takeKey(shape.predictedLabel)) {
          next = shape.predicted;
        } else {
          const key = reader.key();
          next = shape.with(key);
          if (next === undefined) {
            return this.#irregular(reader, { shape, base, key });
          }
        }
        // Shapes are predicted together with their key.
        shape = next as ObjectShape;
        members.push(this.#value(reader));
      } while (reader.next(CLOSE_BRACE));
    }
    reader.leave();
    const map = toMap(shape, members, base);
    members.length = base;
    return map;
  }

  /** The rest of an object that has no shape, from the value of `key` on. */
  #irregular(
    reader: JsonReader,
    { shape, base, key }: { readonly shape: ObjectShape; readonly base: number; readonly key: string },
  ): ConnectValue {
    const members = this.#members;
    const map = new Map<ConnectValue, ConnectValue>();
    shape.keys.forEach((known, index) => map.set(known, members[base + index] ?? null));
    members.length = base;
    map.set(key, this.#value(reader));
    while (reader.next(CLOSE_BRACE)) {
      const other = reader.key();
      map.set(other, this.#value(reader));
    }
    reader.leave();
    return javaHashMap(map);
  }
}

function toMap(
  shape: ObjectShape,
  members: readonly ConnectValue[],
  base: number,
): Map<ConnectValue, ConnectValue> {
  const map = new Map<ConnectValue, ConnectValue>();
  const { keys, order } = shape;
  if (order === undefined) {
    for (let index = 0; index < keys.length; index += 1) {
      map.set(keys[index] as string, members[base + index] as ConnectValue);
    }
    return map;
  }
  for (const index of order) {
    map.set(keys[index] as string, members[base + index] as ConnectValue);
  }
  return map;
}

function numberValue(reader: JsonReader): bigint | number {
  const small = reader.smallInteger();
  return Number.isNaN(small) ? toSchemaless(reader.number()) : BigInt(small);
}

/** A number without a schema: an int64, of which longer integers keep the low 64 bits, or a float64. */
function toSchemaless(number: JsonNumber): bigint | number {
  // The JVM reads decimals, which know no negative zero.
  return number.integer ? BigInt.asIntN(64, BigInt(number.text)) : Number(number.text) + 0;
}
