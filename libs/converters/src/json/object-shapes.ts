import { javaHashOrderOf } from '@millrace/connect-api';

/** Shapes that are kept, and keys that one has; objects whose keys are data (ids, dates) would fill any memory. */
const MAX_SHAPES = 10_000;
const MAX_KEYS = 256;

/**
 * The keys of an object read so far, in the order of the text. Objects of one kind go through the same shapes, so that their keys
 * are compared instead of read, and the order of their Java map is computed once.
 */
export class ObjectShape {
  /** The key that followed last time, in quotes and with a colon; undefined when it needs escapes, which texts write in several ways. */
  predictedLabel: string | undefined;
  /** Its shape. */
  predicted: ObjectShape | undefined;
  readonly #before: ObjectShape | undefined;
  readonly #key: string;
  readonly #size: number;
  readonly #children = new Map<string, ObjectShape>();
  readonly #budget: { left: number };
  #keys: readonly string[] | undefined;
  #order: readonly number[] | undefined;

  private constructor(before: ObjectShape | undefined, key: string, budget: { left: number }) {
    this.#before = before;
    this.#key = key;
    this.#size = before === undefined ? 0 : before.#size + 1;
    this.#budget = budget;
  }

  /** The shape of an object without keys. */
  static root(): ObjectShape {
    return new ObjectShape(undefined, '', { left: MAX_SHAPES });
  }

  /** The shape with one more key; undefined when the key is there already, or there are too many shapes or keys. */
  with(key: string): ObjectShape | undefined {
    let child = this.#children.get(key);
    if (child === undefined) {
      if (this.#budget.left === 0 || this.#size === MAX_KEYS || this.#has(key)) {
        return undefined;
      }
      this.#budget.left -= 1;
      child = new ObjectShape(this, key, this.#budget);
      this.#children.set(key, child);
    }
    this.predictedLabel = labelOf(key);
    this.predicted = child;
    return child;
  }

  /** All keys. Asked for only at the end of an object, since most shapes are but on the way to another. */
  get keys(): readonly string[] {
    if (this.#keys === undefined) {
      const keys = new Array<string>(this.#size);
      for (const shape of this.#path()) {
        keys[shape.#size - 1] = shape.#key;
      }
      this.#keys = keys;
      this.#order = javaHashOrderOf(keys);
    }
    return this.#keys;
  }

  /** The order of the keys in a Java map, as indexes of `keys`; undefined when it is that of the text. */
  get order(): readonly number[] | undefined {
    return this.keys.length === 0 ? undefined : this.#order;
  }

  #has(key: string): boolean {
    return this.#path().some((shape) => shape.#key === key);
  }

  /** This shape and those before it, without the root. */
  #path(): ObjectShape[] {
    const path: ObjectShape[] = [this];
    for (const shape of path) {
      if (shape.#before !== undefined) {
        path.push(shape.#before);
      }
    }
    path.pop();
    return path;
  }
}

/** A key as objects in texts have it; undefined when it needs escapes, which they may write in several ways. */
export function labelOf(key: string): string | undefined {
  return /["\\\u0000-\u001f]/.test(key) ? undefined : `"${key}":`;
}
