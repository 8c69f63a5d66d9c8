import { javaHashOrderOf } from '@millrace/connect-api';

/** Shapes that are kept; objects whose keys are data (ids, dates) would fill any memory. */
const MAX_SHAPES = 10_000;

/**
 * The keys of an object read so far, in the order of the text. Objects of one kind go through the same shapes, so that their keys
 * are compared instead of read, and the order of their Java map is computed once.
 */
export class ObjectShape {
  readonly keys: readonly string[];
  /** The key that followed last time, in quotes and with a colon; undefined when it needs escapes, which texts write in several ways. */
  predictedLabel: string | undefined;
  /** Its shape. */
  predicted: ObjectShape | undefined;
  readonly #children = new Map<string, ObjectShape>();
  readonly #budget: { left: number };
  #order: readonly number[] | undefined;
  #ordered = false;

  constructor(keys: readonly string[], budget: { left: number }) {
    this.keys = keys;
    this.#budget = budget;
  }

  /** The shape of an object without keys. */
  static root(): ObjectShape {
    return new ObjectShape([], { left: MAX_SHAPES });
  }

  /** The shape with one more key; undefined when the key is there already, or there are too many shapes. */
  with(key: string): ObjectShape | undefined {
    let child = this.#children.get(key);
    if (child === undefined) {
      if (this.#budget.left === 0 || this.keys.includes(key)) {
        return undefined;
      }
      this.#budget.left -= 1;
      child = new ObjectShape([...this.keys, key], this.#budget);
      this.#children.set(key, child);
    }
    this.predictedLabel = labelOf(key);
    this.predicted = child;
    return child;
  }

  /** The order of the keys in a Java map, as indexes of `keys`; undefined when it is that of the text. */
  get order(): readonly number[] | undefined {
    if (!this.#ordered) {
      this.#order = javaHashOrderOf(this.keys);
      this.#ordered = true;
    }
    return this.#order;
  }
}

/** A key as objects in texts have it; undefined when it needs escapes, which they may write in several ways. */
export function labelOf(key: string): string | undefined {
  return /["\\\u0000-\u001f]/.test(key) ? undefined : `"${key}":`;
}
